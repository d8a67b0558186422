"""A client as strict as ODK Collect: it fails where Collect fails (getodk/collect, open-rosa; behaviour only)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree.ElementTree import fromstring

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
RESPONSE = "{http://openrosa.org/http/response}"


class NotOpenRosa(Exception):
    """What Collect calls: this server is not an OpenRosa server."""


@dataclass(frozen=True)
class Offered:
    form_id: str
    name: str
    version: str
    digest: str
    address: str
    manifest: str


class Collect:
    """One phone with one address."""

    def __init__(self, base: str, device: str = "collect:1") -> None:
        self.base, self.device, self.client = base, device, Client()

    def _get(self, address: str, content_type: str = "text/xml") -> HttpResponse:
        parts = urlsplit(address)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer: HttpResponse = self.client.get(path, headers={"X-OpenRosa-Version": "1.0"})  # type: ignore[assignment]
        if answer.status_code != 200:
            raise NotOpenRosa(f"{path}: {answer.status_code}")
        if answer.headers.get("X-OpenRosa-Version") != "1.0":
            raise NotOpenRosa(f"{path}: no X-OpenRosa-Version")
        if content_type and content_type not in answer.headers["Content-Type"]:
            raise NotOpenRosa(f"{path}: {answer.headers['Content-Type']}")
        return answer

    def forms(self) -> list[Offered]:
        """One form that lacks a field, and the whole list is thrown away."""
        root = fromstring(self._get(f"{self.base}/formList").content)
        if root.tag != f"{LIST}xforms":
            raise NotOpenRosa(root.tag)
        found = []
        for form in root:
            facts = {child.tag.removeprefix(LIST): (child.text or "").strip() for child in form}
            if missing := [name for name in ("formID", "name", "downloadUrl", "hash") if not facts.get(name)]:
                raise NotOpenRosa(f"a form without {missing}")
            if not facts["hash"].startswith("md5:"):
                raise NotOpenRosa(facts["hash"])
            found.append(
                Offered(
                    facts["formID"],
                    facts["name"],
                    facts.get("version", ""),
                    facts["hash"].removeprefix("md5:"),
                    facts["downloadUrl"],
                    facts.get("manifestUrl", ""),
                )
            )
        return found

    def download(self, form: Offered) -> tuple[bytes, dict[str, bytes]]:
        """The form and its files, each held to its digest."""
        content = self._get(form.address).content
        _same(content, form.digest, form.form_id)
        media = {}
        root = fromstring(self._get(form.manifest).content) if form.manifest else ()
        for file in root:
            facts = {child.tag.removeprefix(MANIFEST): (child.text or "").strip() for child in file}
            if missing := [name for name in ("filename", "hash", "downloadUrl") if not facts.get(name)]:
                raise NotOpenRosa(f"a file without {missing}")
            name = facts["filename"].rpartition("/")[2]
            media[name] = self._get(facts["downloadUrl"], "").content
            _same(media[name], facts["hash"].removeprefix("md5:"), name)
        return content, media

    def send(self, xml: bytes, files: Mapping[str, bytes], parts: int = 1) -> str:
        """In so many requests, each with the XML; what the server says is what the collector reads."""
        path = f"{urlsplit(self.base).path}/submission?deviceID={self.device}"
        asked = self.client.head(path, headers={"X-OpenRosa-Version": "1.0"})
        if asked.status_code != 204 or not int(asked.headers.get("X-OpenRosa-Accept-Content-Length", "0")):
            raise NotOpenRosa(f"HEAD: {asked.status_code}")
        names, told = list(files), ""
        for part in range(parts):
            chosen = names[part::parts]
            data: dict[str, object] = {"xml_submission_file": SimpleUploadedFile("submission.xml", xml, "text/xml")}
            data |= {name: SimpleUploadedFile(name, files[name], "image/jpeg") for name in chosen}
            if part < parts - 1:
                data["*isIncomplete*"] = "yes"
            answer = self.client.post(
                path, data, headers={"X-OpenRosa-Version": "1.0", "Date": "Tue, 25 Nov 2026 01:00"}
            )
            told = _message(answer.content)
            if answer.status_code not in (201, 202):
                raise NotOpenRosa(f"POST: {answer.status_code}: {told}")
        return told


def _same(content: bytes, digest: str, name: str) -> None:
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != digest:
        raise NotOpenRosa(f"{name}: the digest is another's")


def _message(content: bytes) -> str:
    found = fromstring(content).find(f"{RESPONSE}message")
    return (found.text or "") if found is not None else ""

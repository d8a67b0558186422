"""Answers as an OpenRosa client expects them; whatever else is sent, Collect calls it no OpenRosa server."""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from django.http import HttpResponse

MOST_BYTES = 10_000_000  # of one request; a phone splits what is more
LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
RESPONSE = "http://openrosa.org/http/response"


@dataclass(frozen=True)
class Listed:
    """Every field is required: Collect throws the whole list away when one form lacks one."""

    code: str
    name: str
    version: str
    md5: str
    address: str
    manifest: str = ""


@dataclass(frozen=True)
class Medium:
    name: str
    md5: str
    address: str


def xml(body: str, status: int = 200) -> HttpResponse:
    answer = HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', "text/xml; charset=utf-8", status)
    return headed(answer)


def headed(answer: HttpResponse) -> HttpResponse:
    answer["X-OpenRosa-Version"] = "1.0"
    answer["X-OpenRosa-Accept-Content-Length"] = str(MOST_BYTES)
    answer["Cache-Control"] = "no-store"
    return answer


def form_list(forms: Iterable[Listed]) -> HttpResponse:
    return xml(f'<xforms xmlns="{LIST}">{"".join(map(_listed, forms))}</xforms>')


def manifest(media: Iterable[Medium]) -> HttpResponse:
    return xml(f'<manifest xmlns="{MANIFEST}">{"".join(map(_medium, media))}</manifest>')


def message(words: str, status: int) -> HttpResponse:
    """What the collector reads on his phone."""
    return xml(f'<OpenRosaResponse xmlns="{RESPONSE}"><message>{escape(words)}</message></OpenRosaResponse>', status)


def _listed(form: Listed) -> str:
    parts = [
        _tag("formID", form.code),
        _tag("name", form.name),
        _tag("version", form.version),
        _tag("hash", f"md5:{form.md5}"),
        _tag("downloadUrl", form.address),
    ]
    if form.manifest:
        parts.append(_tag("manifestUrl", form.manifest))
    return f"<xform>{''.join(parts)}</xform>"


def _medium(medium: Medium) -> str:
    return (
        f"<mediaFile>{_tag('filename', medium.name)}{_tag('hash', f'md5:{medium.md5}')}"
        f"{_tag('downloadUrl', medium.address)}</mediaFile>"
    )


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"

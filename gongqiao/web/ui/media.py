"""Pictures and sounds that a page shows or plays; the page has looked at who asks."""

import re

from django.http import Http404, HttpResponse
from django.utils.http import quote_etag

from gongqiao.foundation.files import queries as files
from gongqiao.foundation.files.models import StoredFile
from gongqiao.needs.surveys import reading
from gongqiao.needs.surveys.models import FormVersion
from gongqiao.web.http import Request

_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


def medium(version: FormVersion, name: str) -> HttpResponse:
    """One of `reading.shown_media`; kept by this browser alone, a version never changes."""
    if name not in reading.shown_media(version):
        raise Http404
    file = version.media.select_related("file").get(name=name).file
    response = HttpResponse(files.content(file), file.kind)
    response["Cache-Control"] = "private, max-age=3600"
    return response


def sound(request: Request, file: StoredFile, cache: str) -> HttpResponse:
    """A sound, whole or the part asked for (an iPhone plays nothing that cannot be had in parts: RFC 9110, 14)."""
    mark = quote_etag(file.sha256)
    if request.headers.get("If-None-Match") == mark:
        response = HttpResponse(status=304)
    else:
        response = _part(request.headers.get("Range", ""), files.content(file), file.kind)
        response["Accept-Ranges"] = "bytes"
    response["ETag"], response["Cache-Control"] = mark, cache
    return response


def _part(asked: str, content: bytes, kind: str) -> HttpResponse:
    found, size = _RANGE.fullmatch(asked.strip()), len(content)
    if found is None:
        return HttpResponse(content, kind)
    first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    headers = {"Content-Range": f"bytes {first}-{last}/{size}"}
    return HttpResponse(content[first : last + 1], kind, 206, headers=headers)

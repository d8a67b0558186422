"""Pictures and voices that came with a form, for a page that asks with it; the page has looked at who asks."""

from django.http import Http404, HttpResponse

from gongqiao.foundation.files import queries as files
from gongqiao.needs.surveys import reading
from gongqiao.needs.surveys.models import FormVersion


def medium(version: FormVersion, name: str) -> HttpResponse:
    """One of `reading.shown_media`; kept by this browser alone, a version never changes."""
    if name not in reading.shown_media(version):
        raise Http404
    file = version.media.select_related("file").get(name=name).file
    response = HttpResponse(files.content(file), file.kind)
    response["Cache-Control"] = "private, max-age=3600"
    return response

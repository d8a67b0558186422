"""Open jobs for readers and search engines: JSON Feed, Atom, schema.org JobPosting. What is published, nothing else."""

import json
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as Tree

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django_scopes import scope
from ninja import Router

from gongqiao.api.bounds import Code
from gongqiao.api.v1.markets import named
from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.money import pay_words
from gongqiao.services.placement import listing
from gongqiao.services.placement.jobposting import mark
from gongqiao.services.placement.queries import ShiftLine

router = Router(tags=["public"])
MOST = 100
ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED, LD = "application/feed+json", "application/ld+json"
Tree.register_namespace("", ATOM)


def _lines(place: Market) -> list[ShiftLine]:
    return listing.page_of(place, clock.now(), "", MOST).lines


def _address(request: HttpRequest, line: ShiftLine) -> str:
    return request.build_absolute_uri(f"/m/{line.shift.market.code}/jobs/{line.shift.pk}/")


def _heading(line: ShiftLine) -> str:
    posting = line.shift.posting
    return f"{posting.title} · {pay_words(posting.pay_fen, posting.pay_unit)}"


def _words(line: ShiftLine) -> str:
    shift, posting = line.shift, line.shift.posting
    zone = shift.market.tz
    when = f"{shift.starts_at.astimezone(zone):%Y-%m-%d %H:%M}–{shift.ends_at.astimezone(zone):%H:%M}"
    parts = [posting.employer.short_name, when, posting.meeting_point or posting.place, posting.content]
    parts.append(_("还要 %(count)s 人") % {"count": line.open})
    return "\n".join(part for part in parts if part)


def _changed(line: ShiftLine) -> datetime:
    return line.verification.at if line.verification is not None else line.shift.posting.entered_at


def _feed(media: str, kind: dict[str, Any], example: Any) -> dict[str, Any]:
    """What the schema says of an operation that answers in another media type."""
    return {"responses": {200: {"description": "OK", "content": {media: {"schema": kind, "example": example}}}}}


JOB = {"@type": "JobPosting", "title": "家电卸车", "datePosted": "2026-11-26T10:00:00+08:00"}  # shortened
FEED_EXAMPLE = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "鱼峰零工驿站",
    "items": [{"id": "https://station.example/m/yufeng/jobs/1001/", "title": "家电卸车 · 180 元/天", "_job": JOB}],
}
GRAPH_EXAMPLE = {"@context": "https://schema.org", "@graph": [JOB]}
ATOM_EXAMPLE = """<?xml version='1.0' encoding='utf-8'?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN"><title>鱼峰零工驿站</title></feed>"""


@router.get(
    "/markets/{code}/jobs.json",
    summary="Open jobs as JSON Feed 1.1",
    openapi_extra=_feed(JSON_FEED, {"type": "object", "required": ["version", "title", "items"]}, FEED_EXAMPLE),
)
def json_feed(request: HttpRequest, code: Code) -> HttpResponse:
    place = named(code)
    with scope(market=place):
        items = [
            {
                "id": _address(request, line),
                "url": _address(request, line),
                "title": _heading(line),
                "content_text": _words(line),
                "date_modified": _changed(line).isoformat(),
                "_job": mark(line),
            }
            for line in _lines(place)
        ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": place.name,
        "home_page_url": request.build_absolute_uri(f"/m/{place.code}/"),
        "feed_url": request.build_absolute_uri(request.path),
        "language": "zh-CN",
        "items": items,
    }
    return _json(feed, JSON_FEED)


@router.get(
    "/markets/{code}/jobs.jsonld",
    summary="Open jobs as schema.org JobPosting",
    openapi_extra=_feed(LD, {"type": "object", "required": ["@context", "@graph"]}, GRAPH_EXAMPLE),
)
def linked_data(request: HttpRequest, code: Code) -> HttpResponse:
    place = named(code)
    with scope(market=place):
        graph = [{**mark(line), "url": _address(request, line)} for line in _lines(place)]
    return _json({"@context": "https://schema.org", "@graph": graph}, LD)


@router.get(
    "/markets/{code}/jobs.atom",
    summary="Open jobs as Atom",
    openapi_extra=_feed("application/atom+xml", {"type": "string"}, ATOM_EXAMPLE),
)
def atom(request: HttpRequest, code: Code) -> HttpResponse:
    place = named(code)
    with scope(market=place):
        lines = _lines(place)
        feed = Tree.Element(f"{{{ATOM}}}feed", {"xml:lang": "zh-CN"})
        own = request.build_absolute_uri(request.path)
        changed = max(map(_changed, lines), default=datetime(2000, 1, 1, tzinfo=place.tz))
        for tag, words in (("id", own), ("title", place.name), ("updated", changed.isoformat())):
            _put(feed, tag, words)
        _put(feed, "link", "", rel="self", type="application/atom+xml", href=own)
        for line in lines:
            _entry(feed, line, _address(request, line))
    content = Tree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return HttpResponse(content, content_type="application/atom+xml")


def _entry(feed: Tree.Element, line: ShiftLine, address: str) -> None:
    entry = _put(feed, "entry", "")
    for tag, words in (("id", address), ("title", _heading(line)), ("updated", _changed(line).isoformat())):
        _put(entry, tag, words)
    _put(_put(entry, "author", ""), "name", line.shift.posting.employer.short_name)
    _put(entry, "link", "", rel="alternate", href=address)
    _put(entry, "summary", _words(line), type="text")


def _put(parent: Tree.Element, tag: str, words: str, **facts: str) -> Tree.Element:
    found = Tree.SubElement(parent, f"{{{ATOM}}}{tag}", facts)
    found.text = _clean(words) or None
    return found


def _clean(words: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return "".join(sign for sign in words if sign in "\t\n" or (sign >= " " and sign not in "\ufffe\uffff"))


def _json(body: dict[str, Any], media: str) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type=media)

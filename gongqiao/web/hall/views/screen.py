"""The screen on the wall, and the page that says the numbers aloud."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongqiao.foundation.markets.models import Market
from gongqiao.web.access import public
from gongqiao.web.hall import board
from gongqiao.web.http import Request, whole_number
from gongqiao.web.ui.scripts import source


def place(request: Request) -> Market:
    if request.market is None:
        raise Http404
    return request.market


@public
@require_safe
def screen(request: Request, market: str) -> HttpResponse:
    """Jobs, numbers, the square. The page fetches itself and puts the new parts in; without JavaScript it turns pages
    by itself being called again."""
    here = place(request)
    pages = board.pages(board.jobs(here, request.now))
    page = whole_number(request.GET.get("page")) % max(1, len(pages))
    answer = {
        "pages": pages,
        "page": page,
        "next": (page + 1) % max(1, len(pages)),
        "count": sum(map(len, pages)),
        "called": board.called(here, request.now),
        "waits": board.waits(request.now),
        "shouts": board.shouts(here, request.now),
        "windows": board.open_windows(request.now),
        "square": board.square(request, here),
    }
    return fresh(render(request, "hall/screen.html", answer))


@public
@require_safe
def caller(request: Request, market: str) -> HttpResponse:
    """Says each number called, once started by one tap: a recorded voice, else the browser's, else it flashes."""
    here = place(request)
    answer = {"called": board.called(here, request.now, aloud=True), "shouts": board.shouts(here, request.now)}
    return fresh(render(request, "hall/caller.html", answer))


@public
@require_safe
def worker(request: Request, market: str) -> HttpResponse:
    """The service worker of the wall and of the caller; it stands here because it may look after no page above it."""
    place(request)
    response = HttpResponse(source("hall/wall-worker.js"), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response

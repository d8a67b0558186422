"""One POST: no redirect, a bound on the answer, none waited for longer than WAIT. Headers and body go into no error."""

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.utils.translation import gettext as _

from gongqiao.foundation.notify.channels import LineError

WAIT = 8.0  # seconds
MOST_BYTES = 100_000


class _Stay(HTTPRedirectHandler):
    """A gateway redirects nobody."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = build_opener(_Stay)


def post(url: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """The JSON of the answer, also of one that says no by its status."""
    try:
        with _opener.open(Request(url, body, headers, method="POST"), timeout=WAIT) as answer:
            content = answer.read(MOST_BYTES + 1)
    except HTTPError as error:
        content = error.read(MOST_BYTES + 1) if error.code < 500 else b""
        if not content:
            raise _down(f"HTTP {error.code}") from None
    except (URLError, HTTPException, OSError) as error:
        raise _down(type(getattr(error, "reason", error)).__name__) from None
    try:
        said = json.loads(content) if len(content) <= MOST_BYTES else None
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise _down(_("看不懂的回答"))
    return said


def _down(why: str) -> LineError:
    return LineError(_("连不上短信网关（%(why)s）") % {"why": why})

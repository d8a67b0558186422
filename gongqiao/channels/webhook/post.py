"""One POST to an address that was looked at: no name is asked again, no redirect followed, no answer waited for longer
than WAIT, nothing of its body read."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any

from django.utils.translation import gettext as _

from gongqiao.channels.webhook import guard
from gongqiao.channels.webhook.guard import Target
from gongqiao.foundation.errors import Refused

WAIT = 10.0  # seconds for all of it; the name has guard.NAME_WAIT of its own
AGENT = "Gongqiao-Webhook/1"


@dataclass(frozen=True)
class Answer:
    """`status`: None when none came; `why`: in words, for the screen."""

    status: int | None
    why: str
    milliseconds: int

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """What came of it; whatever goes wrong is an answer too."""
    begun = time.monotonic()
    status, why = _posted(url, body, headers)
    return Answer(status, why, round((time.monotonic() - begun) * 1000))


def _posted(url: str, body: bytes, headers: dict[str, str]) -> tuple[int | None, str]:
    try:
        where = guard.target(url)
        addresses = guard.resolve(where)
    except Refused as refusal:
        return None, str(refusal)
    try:
        connection = _connection(where, addresses[0])
        with _within(connection):
            connection.request("POST", where.path, body, {**headers, "User-Agent": AGENT, "Connection": "close"})
            status = connection.getresponse().status
    except TimeoutError:
        return None, _("%(seconds)d 秒里没有回答") % {"seconds": WAIT}
    except ssl.SSLError:
        return None, _("证书或加密不对")
    except (HTTPException, OSError, ValueError) as error:
        return None, _("连不上（%(why)s）") % {"why": type(error).__name__}
    if 300 <= status < 400:
        return status, _("对方让去别的地址，不去")
    return status, "" if status < 300 else f"HTTP {status}"


class _Plain(HTTPConnection):
    """To the address that was looked at; `host` stays what it is called."""

    def __init__(self, where: Target, address: str) -> None:
        super().__init__(where.host, where.port, timeout=WAIT)
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _Secure(HTTPSConnection):
    """The same; the certificate must be that of the name."""

    def __init__(self, where: Target, address: str) -> None:
        self.context = ssl.create_default_context()
        super().__init__(where.host, where.port, timeout=WAIT, context=self.context)
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)  # seen by whoever cuts it off
        self.sock = self.context.wrap_socket(self.sock, server_hostname=self.host)


def _connection(where: Target, address: str) -> HTTPConnection:
    return _Secure(where, address) if where.secure else _Plain(where, address)


@contextmanager
def _within(connection: HTTPConnection) -> Iterator[None]:
    """A receiver that drips byte after byte is cut off too: each byte would begin a socket's own wait anew."""
    late = threading.Event()

    def cut() -> None:
        late.set()
        held: Any = connection.sock
        if held is not None:
            with suppress(OSError):  # closed meanwhile: that is what was wanted
                held.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(WAIT, cut)
    watch.start()
    try:
        yield
    except (HTTPException, OSError):
        if late.is_set():
            raise TimeoutError from None
        raise
    finally:
        watch.cancel()
        connection.close()

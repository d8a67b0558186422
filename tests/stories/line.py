"""The line between a phone and the market: it carries bytes, and it can be cut."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class Line:
    """Listens on a port of its own and passes everything on to `url`; `cut` and `mend` as often as wanted.
    `before_answer`, given the beginning of a request whose answer has begun to come, says whether it may pass."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._far = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._door: socket.socket | None = None
        self._held: list[socket.socket] = []
        self._port = 0
        self.before_answer: Callable[[bytes], bool] = lambda request: True
        self.mend()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def mend(self) -> None:
        self._door = socket.create_server(("127.0.0.1", self._port), reuse_port=False)
        self._port = self._door.getsockname()[1]
        threading.Thread(target=self._listen, args=(self._door,), daemon=True).start()

    def cut(self) -> None:
        """Nobody answers any more, and what was being said breaks off."""
        for held in [self._door, *self._held]:
            if held is not None:
                with contextlib.suppress(OSError):
                    held.shutdown(socket.SHUT_RDWR)
                held.close()
        self._door, self._held = None, []

    def _listen(self, door: socket.socket) -> None:
        while True:
            try:
                near, _address = door.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._far)
            except OSError:  # nobody there: the caller hears the same
                near.close()
                continue
            self._held += [near, far]
            asked = bytearray()
            threading.Thread(target=_carry, args=(near, far, asked.extend), daemon=True).start()
            threading.Thread(target=self._answer, args=(far, near, asked), daemon=True).start()

    def _answer(self, far: socket.socket, near: socket.socket, asked: bytearray) -> None:
        """What comes back, from the moment that it does and as long as it may."""
        with contextlib.suppress(OSError):
            first = far.recv(65536)
            if first and not self.before_answer(bytes(asked[:200])):
                near.close()
                return
            near.sendall(first)
        _carry(far, near, None)


def _carry(source: socket.socket, target: socket.socket, heard: Callable[[bytes], None] | None) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            if heard is not None:
                heard(data)
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def line_to(url: str) -> Iterator[Line]:
    line = Line(url)
    try:
        yield line
    finally:
        line.cut()

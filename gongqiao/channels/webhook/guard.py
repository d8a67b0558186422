"""Where a webhook may go: out into the internet by https, never back into this house (server-side request forgery)."""

import ipaddress
import socket
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused

MOST_URL = 300
NAME_WAIT = 5.0  # seconds for a name; the system's own patience may be half a minute
# Global by their number, yet they carry an IPv4 address of anywhere inside: NAT64, 6to4, Teredo.
CARRIERS = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Target:
    """Parts of an address that may be written down; where it leads is looked at again at every attempt."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def allowed(self) -> bool:
        """Whether the operator has named this very host and port in the environment."""
        return f"{self.host}:{self.port}" in settings.WEBHOOK_ALLOW


def target(url: str) -> Target:
    """The address in its parts; Refused in words for one that is none of ours to call."""
    bad = Refused(_("这个地址不能用：要写 https:// 开头的完整网址。"))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise bad from None
    host = (parts.hostname or "").lower().rstrip(".")
    if len(url) > MOST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise bad
    if parts.scheme not in ("https", "http") or not host or parts.username or parts.password or parts.fragment:
        raise bad
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    found = Target(secure, host, port or (443 if secure else 80), path)
    if not secure and not found.allowed:
        raise bad
    if _is_number(host) and not found.allowed and not may_go(host):
        raise _inside(host)
    return found


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _inside(host: str) -> Refused:
    return Refused(_("这个地址通到内部网络，不发：%(host)s") % {"host": host})


def may_go(address: str) -> bool:
    """Whether it lies in the public internet: no loopback, private, link-local, carrier-grade NAT, multicast, reserved
    or unspecified address, nor one of these inside an IPv6 address."""
    try:
        found: Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return may_go(str(found.ipv4_mapped))
        if any(found in carrier for carrier in CARRIERS):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved and not found.is_unspecified


def resolve(where: Target) -> list[str]:
    """The addresses of the host, every one of them fit to be called, or Refused, after NAME_WAIT at the latest. Connect
    to one of these and ask no name server again: the next answer may be another."""
    try:
        found = _asking(where.host, where.port).result(NAME_WAIT)
    except TimeoutError:
        raise Refused(_("查这个主机的地址，%(seconds)d 秒里没有回答：%(host)s") % _late(where)) from None
    except (OSError, UnicodeError):
        raise Refused(_("找不到这个主机：%(host)s") % {"host": where.host}) from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not where.allowed and not all(map(may_go, addresses)):
        raise _inside(where.host)
    return addresses


def _late(where: Target) -> dict[str, object]:
    return {"seconds": NAME_WAIT, "host": where.host}


_open: dict[tuple[str, int], Future[list[Any]]] = {}  # names that are being asked for
_door = threading.Lock()


def _asking(host: str, port: int) -> Future[list[Any]]:
    """The question to the system, in a thread that ends with the process: getaddrinfo knows no time limit and cannot be
    stopped. While one hangs, nobody asks for the same name in another."""
    with _door:
        if (host, port) in _open:
            return _open[host, port]
        future = _open[host, port] = Future()
    threading.Thread(target=_ask, args=(host, port, future), name=f"name {host}", daemon=True).start()
    return future


def _ask(host: str, port: int, future: Future[list[Any]]) -> None:
    found: list[Any] | Exception
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except Exception as error:  # whatever it is, it is told to whoever waits
        found = error
    with _door:
        del _open[host, port]  # before the answer is given: whoever asks after that asks anew
    if isinstance(found, Exception):
        future.set_exception(found)
    else:
        future.set_result(found)

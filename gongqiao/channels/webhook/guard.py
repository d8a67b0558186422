"""Where a webhook may go: out into the internet by https, never back into this house (server-side request forgery)."""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused

MOST_URL = 300
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
    """The addresses of the host, every one of them fit to be called, or Refused. Connect to one of these and ask no
    name server again: the next answer may be another."""
    try:
        found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused(_("找不到这个主机：%(host)s") % {"host": where.host}) from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not where.allowed and not all(map(may_go, addresses)):
        raise _inside(where.host)
    return addresses

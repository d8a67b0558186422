"""Default-deny: a view without a declared access answers nobody. Enforced in web.middleware, tested whole."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from gongqiao.foundation.organisations.roles import ROLES, Right, Role

View = TypeVar("View", bound=Callable[..., Any])


class Door(Enum):
    PUBLIC = "public"  # anybody; a market may be named in the address
    SIGNED_IN = "signed in"  # any account, with or without a post
    RIGHT = "right"  # the current membership must hold one of the rights


@dataclass(frozen=True)
class Access:
    door: Door
    rights: frozenset[Right] = frozenset()

    def roles(self) -> frozenset[Role]:
        """The roles a RIGHT door lets through."""
        return frozenset(role for role, info in ROLES.items() if info.rights & self.rights)


def access(door: Door, *rights: Right) -> Callable[[View], View]:
    if (door is Door.RIGHT) != bool(rights):
        raise ValueError("a RIGHT door names its rights, the others name none")

    def declare(view: View) -> View:
        view.access = Access(door, frozenset(rights))  # type: ignore[attr-defined]
        return view

    return declare


def public(view: View) -> View:
    return access(Door.PUBLIC)(view)


def signed_in(view: View) -> View:
    return access(Door.SIGNED_IN)(view)


def needs(*rights: Right) -> Callable[[View], View]:
    return access(Door.RIGHT, *rights)

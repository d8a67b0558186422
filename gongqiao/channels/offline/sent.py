"""What a desk sends: sealed, under a key of its own; and what it says once it is opened and read."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from django.utils.translation import gettext as _

from gongqiao.channels.offline.enums import Kind
from gongqiao.channels.offline.rules import MOST_CHARS, MOST_FIELDS
from gongqiao.foundation.consent.models import Purpose
from gongqiao.foundation.crypto.box import Box
from gongqiao.foundation.crypto.index import blind_index
from gongqiao.foundation.errors import Refused
from gongqiao.needs.dossiers.actions import Facts, Identity

Pairs = tuple[tuple[str, str], ...]
NOT_SAID = frozenset({"csrfmiddlewaretoken", "key"})  # of a form: what nobody typed


class Garbled(Refused):
    """It cannot be read at all."""


@dataclass(frozen=True)
class Sealed:
    """As it comes over the line: for which desk key, and by the clock of the PC when it was sent."""

    key: UUID
    to: UUID
    box: Box
    sent_at: datetime

    @classmethod
    def read(cls, said: Any) -> Self:
        """From JSON; raises Garbled."""
        try:
            box = Box(*(_text(said["box"][part]) for part in ("e", "n", "c")))
            return cls(UUID(_text(said["key"])), UUID(_text(said["to"])), box, moment_of(said["sentAt"]))
        except (KeyError, TypeError, ValueError):
            raise Garbled(_("这一条读不出来。")) from None


@dataclass(frozen=True)
class Sent:
    """One entry, opened. `follows`: the registration that it checks in."""

    key: UUID
    kind: Kind
    fields: Pairs
    said_at: datetime
    follows: UUID | None = None

    @classmethod
    def read(cls, key: UUID, content: bytes) -> Self:
        """From the JSON that was sealed; raises Garbled."""
        try:
            said = json.loads(content)
            fields = tuple((_text(name), _text(value)) for name, value in said["fields"])
            follows = UUID(_text(said["follows"])) if said.get("follows") else None
            made = cls(key, Kind(said["kind"]), fields, moment_of(said["saidAt"]), follows)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Garbled(_("这一条读不出来。")) from None
        if len(fields) > MOST_FIELDS or sum(len(value) for _name, value in fields) > MOST_CHARS:
            raise Garbled(_("这一条太长了。"))
        return made

    @property
    def said(self) -> Pairs:
        return tuple(sorted(pair for pair in self.fields if pair[0] not in NOT_SAID))

    def digest(self) -> str:
        """Of all that was typed; keyed, so that the row does not give a number away."""
        follows = str(self.follows or "")
        return blind_index("offline entry", json.dumps([self.kind.value, self.said, follows], ensure_ascii=False))

    def body(self) -> str:
        return json.dumps(self.said, ensure_ascii=False)


@dataclass(frozen=True)
class Registration:
    """Somebody to register; `another`: those who look alike were looked at, he is none of them."""

    identity: Identity
    facts: Facts
    agreed: tuple[Purpose, ...] = ()
    another: bool = False


@dataclass(frozen=True)
class Visit:
    """Somebody who came: by file number and name, by his file, by what a scanner or a hand wrote at the arrivals, or by
    the registration that came before. `anyway`: his file is at rest, and he wants a number all the same. `after`: he
    was registered just before."""

    number: str = ""
    name: str = ""
    file: int = 0
    who: str = ""
    anyway: bool = False
    after: bool = False


@dataclass(frozen=True)
class Unfit:
    """The form does not take it; why, in its own words."""

    why: str


Work = Registration | Visit | Unfit


def moment_of(milliseconds: Any) -> datetime:
    """Milliseconds since 1970, as a browser counts; raises ValueError beyond the years of this house."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int):
        raise ValueError("milliseconds are a whole number")
    if not 0 < milliseconds < 4_102_444_800_000:
        raise ValueError("not between 1970 and 2100")
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError("no text")
    return value

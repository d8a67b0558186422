"""What a backup says of itself; the last member of the archive, under the same seal as the rest."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.backup.errors import BackupError

NAME = "manifest.json"


@dataclass(frozen=True)
class Member:
    """One file of the archive."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Head:
    """Number and digest of the last event of one audit chain."""

    number: int
    digest: str


@dataclass(frozen=True)
class Manifest:
    """`created` is UTC in ISO 8601, `engine` Django's vendor word, `migrations` are `app.name` in sorted order."""

    version: str
    created: str
    engine: str
    migrations: tuple[str, ...]
    rows: Mapping[str, int]  # by table
    chains: Mapping[str, Head]
    members: Mapping[str, Member] = field(default_factory=dict)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """Raises BackupError when a field is missing: some other program made it."""
        try:
            data = json.loads(text)
            return cls(
                version=str(data["version"]),
                created=str(data["created"]),
                engine=str(data["engine"]),
                migrations=tuple(data["migrations"]),
                rows=dict(data["rows"]),
                chains={chain: Head(**head) for chain, head in data["chains"].items()},
                members={name: Member(**member) for name, member in data["members"].items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError) as why:
            raise BackupError(_("备份里的清单读不懂：%(why)s"), why=why) from None

"""What a person says, and the rows that keep it: a value, who said so, when, until when it is fresh."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers import rules
from gongqiao.needs.dossiers.enums import Evidence, Source
from gongqiao.needs.dossiers.models import Certificate, Dossier, DossierValue, Skill

FIELDS = frozenset(
    {
        "home_id",
        "channel",
        "channel_note",
        "travel",
        "max_distance_m",
        "pay_floor",
        "week_hours",
        "preferred",
        "languages",
        "training_wishes",
        "concerns",
        "note",
    }
)


@dataclass(frozen=True)
class Identity:
    """Who walks in. Everything but the name may be 暂缺."""

    name: str
    phone: str = ""
    number: str = ""
    birth: date | None = None
    seen: bool = False


@dataclass(frozen=True)
class Certified:
    kind: str
    number: str = ""
    expires_on: date | None = None
    evidence: Evidence = Evidence.SAID


@dataclass(frozen=True)
class Facts:
    """What the person says: dossier columns, skills (trade -> level or None), certificates."""

    values: dict[str, Any] = field(default_factory=dict)
    skills: dict[str, int | None] = field(default_factory=dict)
    certificates: tuple[Certified, ...] = ()

    def check(self) -> None:
        """Refused for a trade or certificate nobody knows; ValueError for a field that is none of a dossier's."""
        known = catalogue()
        for trade in self.skills:
            if trade not in known.trades:
                raise Refused(_("没有“%(trade)s”这个工种。") % {"trade": trade})
        for held in self.certificates:
            if held.kind not in known.certificates:
                raise Refused(_("没有“%(kind)s”这种证书。") % {"kind": held.kind})
        if unknown := set(self.values) - FIELDS:
            raise ValueError(f"not fields of a dossier: {sorted(unknown)}")

    @property
    def names(self) -> dict[str, Any]:
        """The values by the name they are kept under: home_id is home."""
        return {name.removesuffix("_id"): value for name, value in self.values.items()}


@dataclass(frozen=True)
class Saying:
    """Who writes facts down, from which source, when."""

    by: Membership
    source: Source
    at: datetime

    @property
    def day(self) -> date:
        return self.at.astimezone(self.by.market.tz).date()

    def values(self, dossier: Dossier, facts: Facts) -> list[DossierValue]:
        return [
            DossierValue(
                market=dossier.market,
                dossier=dossier,
                field=name,
                value=value,
                source=self.source,
                as_of=self.day,
                by=self.by,
                recorded_at=self.at,
                fresh_until=rules.fresh_until(name, self.day),
            )
            for name, value in facts.names.items()
        ]

    def skills(self, dossier: Dossier, facts: Facts) -> list[Skill]:
        told = {"market": dossier.market, "dossier": dossier, "source": self.source, "as_of": self.day, "by": self.by}
        return [Skill(trade=trade, level=level, **told) for trade, level in facts.skills.items()]

    def certificates(self, dossier: Dossier, facts: Facts) -> list[Certificate]:
        told = {"market": dossier.market, "dossier": dossier, "source": self.source, "as_of": self.day, "by": self.by}
        return [Certificate(**held.__dict__, **told) for held in facts.certificates]

"""What a person says, and the rows that keep it: a value, who said so, when, until when it is fresh."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.identity import mask_identity, mask_phone
from gongqiao.foundation.people.models import BirthEvidence
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

    @property
    def said(self) -> dict[str, Any]:
        """What is kept of it beside the person: shown parts only, so that no number stands in clear in a history."""
        evidence = (BirthEvidence.SEEN if self.seen else BirthEvidence.TOLD).value
        facts = {
            "name": self.name.strip(),
            "phone": mask_phone(self.phone),
            "identity": mask_identity(self.number) if self.number else "",
            "birth": evidence if self.birth or self.number else "",
        }
        return {name: value for name, value in facts.items() if value}


@dataclass(frozen=True)
class Certified:
    kind: str
    number: str = ""
    expires_on: date | None = None
    evidence: Evidence = Evidence.SAID


@dataclass(frozen=True)
class Facts:
    """What the person says: dossier columns, skills (trade -> level or None) and how they are known, certificates."""

    values: dict[str, Any] = field(default_factory=dict)
    skills: dict[str, int | None] = field(default_factory=dict)
    certificates: tuple[Certified, ...] = ()
    evidence: dict[str, Evidence] = field(default_factory=dict)  # trade -> seen, told by an employer; else only said

    def check(self) -> None:
        """Refused for a trade or certificate nobody knows, or pay nobody pays; ValueError for no field of a dossier."""
        known = catalogue()
        wished = [*self.values.get("preferred", ()), *self.values.get("training_wishes", ())]
        for trade in [*self.skills, *wished]:
            if trade not in known.trades:
                raise Refused(_("没有“%(trade)s”这个工种。") % {"trade": trade})
        for held in self.certificates:
            if held.kind not in known.certificates:
                raise Refused(_("没有“%(kind)s”这种证书。") % {"kind": held.kind})
        rules.check_floor(self.values.get("pay_floor"))
        if unknown := set(self.values) - FIELDS:
            raise ValueError(f"not fields of a dossier: {sorted(unknown)}")

    @property
    def names(self) -> dict[str, Any]:
        """The values by the name they are kept under: home_id is home."""
        return {name.removesuffix("_id"): value for name, value in self.values.items()}

    @property
    def said(self) -> dict[str, Any]:
        """Names without what is 暂缺: nobody said that."""
        return {name: value for name, value in self.names.items() if value not in (None, "", [], ())}


@dataclass(frozen=True)
class Saying:
    """Who writes facts down, from which source, when; `said_on` when they were said on an earlier day, `channel` when
    they came another way than their source says."""

    by: Membership
    source: Source
    at: datetime
    said_on: date | None = None
    channel: str = ""

    @property
    def way(self) -> str:
        return self.channel or self.source.value

    @property
    def day(self) -> date:
        return self.said_on or self.at.astimezone(self.by.market.tz).date()

    def values(self, dossier: Dossier, said: Mapping[str, Any]) -> list[DossierValue]:
        """One row for each value, by the name it is kept under."""
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
            for name, value in said.items()
        ]

    def skills(self, dossier: Dossier, facts: Facts) -> list[Skill]:
        told = {"market": dossier.market, "dossier": dossier, "source": self.source, "as_of": self.day, "by": self.by}
        return [
            Skill(trade=trade, level=level, evidence=facts.evidence.get(trade, Evidence.SAID), **told)
            for trade, level in facts.skills.items()
        ]

    def certificates(self, dossier: Dossier, facts: Facts) -> list[Certificate]:
        told = {"market": dossier.market, "dossier": dossier, "source": self.source, "as_of": self.day, "by": self.by}
        return [Certificate(**held.__dict__, **told) for held in facts.certificates]

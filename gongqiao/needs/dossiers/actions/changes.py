"""Changing dossiers that are there."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.actions.facts import FIELDS, Facts, Saying
from gongqiao.needs.dossiers.enums import Evidence, Source
from gongqiao.needs.dossiers.hours import FULL_DAY
from gongqiao.needs.dossiers.models import Certificate, DayHours, Dossier, DossierValue, Skill


@transaction.atomic
def update(
    dossier: Dossier, facts: Facts, *, by: Membership, source: Source = Source.DESK, said_on: date | None = None
) -> None:
    """New values; each keeps who said so, and the one before. Give only what was said: it counts as said today, or on
    the day that an answer sheet names."""
    check_can_write(by, dossier)
    changed = _write(dossier, facts, Saying(by, source, clock.now(), said_on))
    audit.record("dossier.changed", dossier, by=by, on_behalf_of=dossier.person, channel=source.value, fields=changed)


def check_can_write(actor: Membership, dossier: Dossier) -> None:
    """Staff for anybody of the market, a worker for himself."""
    if actor.role == Role.WORKER and actor.person_id == dossier.person_id and actor.market_id == dossier.market_id:
        return
    check_may(actor, Right.DOSSIER_WRITE, dossier)


def _write(dossier: Dossier, facts: Facts, saying: Saying) -> list[str]:
    """Columns, values with their sources, skills and certificates; the names of what changed."""
    facts.check()
    changed = {name: value for name, value in facts.values.items() if getattr(dossier, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(dossier, name, value)
        dossier.save(update_fields=list(changed))
    supersede(dossier, facts.names, saying)
    DossierValue.objects.bulk_create(saying.values(dossier, facts.names))
    _write_skills(dossier, facts, saying)
    Certificate.objects.filter(dossier=dossier, kind__in=[held.kind for held in facts.certificates]).delete()
    Certificate.objects.bulk_create(saying.certificates(dossier, facts))
    return sorted(changed) + sorted(facts.skills) + sorted(held.kind for held in facts.certificates)


def supersede(dossier: Dossier, names: Iterable[str], saying: Saying) -> None:
    """What stood there stays in the history; new values follow in the same transaction."""
    current = DossierValue.objects.filter(dossier=dossier, field__in=names, superseded_at=None)
    current.update(superseded_at=saying.at)


def _write_skills(dossier: Dossier, facts: Facts, saying: Saying) -> None:
    """What was seen stays seen when somebody only says the skill again."""
    known = Skill.objects.filter(dossier=dossier, trade__in=facts.skills).exclude(evidence=Evidence.SAID)
    seen = {trade: Evidence(evidence) for trade, evidence in known.values_list("trade", "evidence")}
    told = Facts(skills=facts.skills, evidence={**seen, **facts.evidence})
    Skill.objects.bulk_create(
        saying.skills(dossier, told),
        update_conflicts=True,
        unique_fields=["dossier", "trade"],
        update_fields=["level", "evidence", "source", "as_of", "by"],
    )


@transaction.atomic
def confirm(dossier: Dossier, name: str, *, by: Membership, source: Source = Source.DESK) -> None:
    """Asked again, and it is as it was: the value is fresh from today."""
    column = name if name in FIELDS else f"{name}_id"
    if column not in FIELDS:
        raise Refused(_("这一项不能这样确认，请在“改”里写。"))
    update(dossier, Facts({column: getattr(dossier, column)}), by=by, source=source)


@transaction.atomic
def drop_skill(dossier: Dossier, trade: str, *, by: Membership) -> None:
    check_can_write(by, dossier)
    if Skill.objects.filter(dossier=dossier, trade=trade).delete()[0]:
        audit.record("dossier.skill_dropped", dossier, by=by, on_behalf_of=dossier.person, trade=trade)


@transaction.atomic
def drop_certificate(dossier: Dossier, kind: str, *, by: Membership) -> None:
    check_can_write(by, dossier)
    if Certificate.objects.filter(dossier=dossier, kind=kind).delete()[0]:
        audit.record("dossier.certificate_dropped", dossier, by=by, on_behalf_of=dossier.person, kind=kind)


@transaction.atomic
def set_day(
    dossier: Dossier, day: date, hours: int, *, by: Membership, note: str = "", source: Source = Source.DESK
) -> None:
    """This one day is different from the week: the hours he is free on it, 0 for away."""
    check_can_write(by, dossier)
    today = clock.now().astimezone(by.market.tz).date()
    if day < today:
        raise Refused(_("这一天已经过去了。"))
    if not 0 <= hours <= FULL_DAY:
        raise ValueError(f"hours of a day are a mask of 24 bits, not {hours}")
    facts = {"hours": hours, "note": note, "source": source, "as_of": today, "by": by}
    DayHours.objects.update_or_create(market=dossier.market, dossier=dossier, day=day, defaults=facts)
    audit.record("dossier.day_set", dossier, by=by, on_behalf_of=dossier.person, day=day.isoformat(), hours=hours)


@transaction.atomic
def clear_day(dossier: Dossier, day: date, *, by: Membership) -> None:
    """The day is like its weekday again."""
    check_can_write(by, dossier)
    if DayHours.objects.filter(dossier=dossier, day=day).delete()[0]:
        audit.record("dossier.day_cleared", dossier, by=by, on_behalf_of=dossier.person, day=day.isoformat())


@transaction.atomic
def set_personalised(dossier: Dossier, on: bool, *, by: Membership) -> None:
    """Off means the plain list by time and place, from the next page on (PIPL 24)."""
    check_can_write(by, dossier)
    dossier.personalised = on
    dossier.save(update_fields=["personalised"])
    audit.record("dossier.personalised", dossier, by=by, on_behalf_of=dossier.person, on=on)


def record_reading(dossier: Dossier, *, by: Membership) -> None:
    """Opening a personal file is an event (its own door out of a read-only page)."""
    audit.record("dossier.read", dossier, by=by, on_behalf_of=dossier.person)

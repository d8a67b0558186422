"""Changing dossiers that are there."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.actions.facts import Facts, Saying
from gongqiao.needs.dossiers.enums import Source, State
from gongqiao.needs.dossiers.models import Certificate, DayHours, Dossier, DossierValue, Skill


@transaction.atomic
def update(dossier: Dossier, facts: Facts, *, by: Membership, source: Source = Source.DESK) -> None:
    """New values; each keeps who said so, and the one before."""
    check_can_write(by, dossier)
    changed = _write(dossier, facts, Saying(by, source, clock.now()))
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
    current = DossierValue.objects.filter(dossier=dossier, field__in=facts.names, superseded_at=None)
    current.update(superseded_at=saying.at)
    DossierValue.objects.bulk_create(saying.values(dossier, facts))
    Skill.objects.bulk_create(
        saying.skills(dossier, facts),
        update_conflicts=True,
        unique_fields=["dossier", "trade"],
        update_fields=["level", "source", "as_of", "by"],
    )
    Certificate.objects.filter(dossier=dossier, kind__in=[held.kind for held in facts.certificates]).delete()
    Certificate.objects.bulk_create(saying.certificates(dossier, facts))
    return sorted(changed) + sorted(facts.skills)


@transaction.atomic
def drop_skill(dossier: Dossier, trade: str, *, by: Membership) -> None:
    check_can_write(by, dossier)
    Skill.objects.filter(dossier=dossier, trade=trade).delete()
    audit.record("dossier.skill_dropped", dossier, by=by, trade=trade)


@transaction.atomic
def set_day(dossier: Dossier, day: date, hours: int, *, by: Membership, note: str = "") -> None:
    """This one day is different from the week."""
    check_can_write(by, dossier)
    DayHours.objects.update_or_create(
        market=dossier.market, dossier=dossier, day=day, defaults={"hours": hours, "note": note}
    )
    audit.record("dossier.day_set", dossier, by=by, day=day.isoformat(), hours=hours)


@transaction.atomic
def set_personalised(dossier: Dossier, on: bool, *, by: Membership) -> None:
    """Off means the plain list by time and place, from the next page on (PIPL 24)."""
    check_can_write(by, dossier)
    dossier.personalised = on
    dossier.save(update_fields=["personalised"])
    audit.record("dossier.personalised", dossier, by=by, on=on)


@transaction.atomic
def merge(spare: Dossier, into: Dossier, *, by: Membership) -> None:
    """Two files of one human: the spare one points at the other and leaves all lists; `unmerge` undoes it."""
    check_may(by, Right.DOSSIER_WRITE, spare)
    check_may(by, Right.DOSSIER_WRITE, into)
    if spare.pk == into.pk:
        raise Refused(_("不能并到自己。"))
    states.move(spare, to=State.MERGED, merged_into=into)
    audit.record("dossier.merged", spare, by=by, into=into.pk)


@transaction.atomic
def unmerge(spare: Dossier, *, by: Membership) -> None:
    check_may(by, Right.DOSSIER_WRITE, spare)
    into = spare.merged_into_id
    states.move(spare, to=State.ACTIVE, merged_into=None)
    audit.record("dossier.unmerged", spare, by=by, out_of=into)


def record_reading(dossier: Dossier, *, by: Membership) -> None:
    """Opening a personal file is an event (its own door out of a read-only page)."""
    audit.record("dossier.read", dossier, by=by, on_behalf_of=dossier.person)

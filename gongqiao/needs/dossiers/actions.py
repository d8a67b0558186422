"""What people do to dossiers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.consent import actions as consent
from gongqiao.foundation.consent.models import Purpose
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.actions import worker_post
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.people import actions as people
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.people.queries import by_identity
from gongqiao.needs.dossiers import rules
from gongqiao.needs.dossiers.enums import Evidence, Source, State
from gongqiao.needs.dossiers.models import Certificate, DayHours, Dossier, DossierValue, Skill
from gongqiao.needs.dossiers.queries import next_file_no

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


@transaction.atomic
def register(
    identity: Identity, facts: Facts, *, by: Membership, source: Source = Source.DESK, agreed: Iterable[Purpose] = ()
) -> Dossier:
    """A new dossier; a number that is registered here already is refused with its file number (paper 5.1-1)."""
    check_may(by, Right.DOSSIER_WRITE)
    person = _person_for(identity)
    rules.check_age(person.birth_date, clock.now().astimezone(by.market.tz).date())
    dossier = Dossier(market=by.market, person=person, file_no=next_file_no(), registered_at=clock.now())
    try:
        with transaction.atomic():
            dossier.save()
    except IntegrityError:
        raise Refused(_("同一时间有人在登记，请再按一次保存。")) from None
    audit.record("dossier.registered", dossier, by=by, on_behalf_of=person, channel=source.value)
    _write(dossier, facts, by=by, source=source)
    worker_post(person, by.market, by=by)
    for purpose in agreed:
        consent.give(person, purpose, by=by, channel=source.value)
    return dossier


def _person_for(identity: Identity) -> Person:
    known = by_identity(identity.number.strip().upper()) if identity.number else None
    if known is not None:
        here = Dossier.objects.exclude(state=State.MERGED).filter(person=known).first()
        if here is not None:
            raise Refused(_("这个人已经登记过，档案号 %(number)s。") % {"number": here.number})
        return known
    return people.create(
        name=identity.name,
        phone=identity.phone,
        identity=identity.number,
        birth=identity.birth,
        identity_seen=identity.seen,
    )


@transaction.atomic
def update(dossier: Dossier, facts: Facts, *, by: Membership, source: Source = Source.DESK) -> None:
    """New values; each keeps who said so, and the one before."""
    check_can_write(by, dossier)
    changed = _write(dossier, facts, by=by, source=source)
    audit.record("dossier.changed", dossier, by=by, on_behalf_of=dossier.person, channel=source.value, fields=changed)


def check_can_write(actor: Membership, dossier: Dossier) -> None:
    """Staff for anybody of the market, a worker for himself."""
    if actor.role == Role.WORKER and actor.person_id == dossier.person_id and actor.market_id == dossier.market_id:
        return
    check_may(actor, Right.DOSSIER_WRITE, dossier)


def _write(dossier: Dossier, facts: Facts, *, by: Membership, source: Source) -> list[str]:
    moment = clock.now()
    today = moment.astimezone(by.market.tz).date()
    unknown = set(facts.values) - FIELDS
    if unknown:
        raise ValueError(f"not fields of a dossier: {sorted(unknown)}")
    changed = {name: value for name, value in facts.values.items() if getattr(dossier, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(dossier, name, value)
        dossier.save(update_fields=list(changed))
    names = {name.removesuffix("_id"): value for name, value in facts.values.items()}
    DossierValue.objects.filter(dossier=dossier, field__in=names, superseded_at=None).update(superseded_at=moment)
    DossierValue.objects.bulk_create(
        DossierValue(
            market=dossier.market,
            dossier=dossier,
            field=name,
            value=value,
            source=source,
            as_of=today,
            by=by,
            recorded_at=moment,
            fresh_until=rules.fresh_until(name, today),
        )
        for name, value in names.items()
    )
    _write_skills(dossier, facts.skills, by=by, source=source, today=today)
    _write_certificates(dossier, facts.certificates, by=by, source=source, today=today)
    return sorted(changed) + sorted(facts.skills)


def _write_skills(
    dossier: Dossier, skills: dict[str, int | None], *, by: Membership, source: Source, today: date
) -> None:
    known = catalogue().trades
    for trade, level in skills.items():
        if trade not in known:
            raise Refused(_("没有“%(trade)s”这个工种。") % {"trade": trade})
        Skill.objects.update_or_create(
            market=dossier.market,
            dossier=dossier,
            trade=trade,
            defaults={"level": level, "source": source, "as_of": today, "by": by},
        )


def _write_certificates(
    dossier: Dossier, certificates: tuple[Certified, ...], *, by: Membership, source: Source, today: date
) -> None:
    known = catalogue().certificates
    for held in certificates:
        if held.kind not in known:
            raise Refused(_("没有“%(kind)s”这种证书。") % {"kind": held.kind})
        Certificate.objects.filter(dossier=dossier, kind=held.kind).delete()
        Certificate.objects.create(
            market=dossier.market,
            dossier=dossier,
            kind=held.kind,
            number=held.number,
            expires_on=held.expires_on,
            evidence=held.evidence,
            source=source,
            as_of=today,
            by=by,
        )


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

"""Naming somebody, his yes or no, and the end of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from gongqiao.foundation import clock, states
from gongqiao.foundation.accounts.models import User
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.language import first_language
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.enums import Kind
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import posts_here, system_of, today
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.people import actions as people
from gongqiao.foundation.people.identity import check_phone
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.people.queries import by_phone
from gongqiao.needs.dossiers.actions import check_can_write
from gongqiao.needs.dossiers.enums import GONE
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.family import queries
from gongqiao.needs.family.enums import LIVE, Relation, Side, State, Way
from gongqiao.needs.family.models import Helper

MOST_HELPERS = 3  # of one worker
MOST_HELPED = 3  # by one phone: a family has so many, whoever wants more gathers workers for a fee
LONGEST = timedelta(days=365)
TITLE = 30  # of a post


@dataclass(frozen=True)
class Named:
    """Whom he names; `until`: the last day."""

    name: str
    phone: str
    relation: Relation
    until: date


@transaction.atomic
def name_helper(dossier: Dossier, named: Named, *, by: Membership, present: bool = False) -> Helper:
    """The worker (or the desk, with him before it) wants this person to act for him. It begins when that person says
    yes: by a code on his phone, or at once when he stands at the desk too (`present`)."""
    check_can_write(by, dossier)
    if present and by.role == Role.WORKER:
        raise Refused(_("要他自己答应：用他的手机，或一起来柜台。"))
    if dossier.state in GONE:
        raise Refused(_("这份档案已经不在用了。"))
    _check_until(named.until, by)
    Dossier.objects.select_for_update().get(pk=dossier.pk)  # the counts below hold until this is written
    person = _person(named)
    _check_person(person, dossier, by)
    row: Helper = Helper.objects.create(
        market=dossier.market,
        dossier=dossier,
        person=person,
        relation=named.relation,
        until=named.until,
        asked_at=clock.now(),
        asked_by=by,
    )
    told = {"relation": named.relation.value, "until": named.until.isoformat()}
    audit.record("helper.named", row, by=by, on_behalf_of=dossier.person, **told)
    if present:
        _begin(row, Way.DESK, by=by, channel="desk")
    else:
        notify.tell(dossier.market, [_invitation(row)])
    return row


def agree(helper: Helper, *, by: User) -> Membership:
    """He whose phone it is says yes; returns the post in which he acts from now on."""
    with scope(market=helper.market), transaction.atomic():
        _check_his(helper, by)
        Dossier.objects.select_for_update().get(pk=helper.dossier_id)
        _check_person(helper.person, helper.dossier, system_of(helper.market), but=helper)
        return _begin(helper, Way.CODE, by=system_of(helper.market), channel=audit.FAMILY)


def refuse(helper: Helper, *, by: User) -> None:
    with scope(market=helper.market), transaction.atomic():
        _check_his(helper, by)
        states.move(helper, to=State.REFUSED)
        actor, whom = system_of(helper.market), helper.dossier.person
        audit.record("helper.refused", helper, by=actor, on_behalf_of=whom, channel=audit.FAMILY)


@transaction.atomic
def end(helper: Helper, *, by: Membership) -> None:
    """At once: by the worker, by the desk for him, or by the helper who wants no more of it."""
    if by.role == Role.FAMILY:
        if helper.post_id != by.pk:
            raise Refused(_("这不是您替办的人。"))
        side = Side.HELPER
    else:
        check_can_write(by, helper.dossier)
        side = Side.WORKER if by.role == Role.WORKER else Side.DESK
    _end(helper, side, by=by)


@transaction.atomic
def end_all(dossier: Dossier, *, by: Membership) -> int:
    """Nobody acts for him any more; returns how many did or were asked to."""
    check_can_write(by, dossier)
    rows = list(Helper.objects.filter(dossier=dossier, state__in=LIVE).select_related("dossier__person", "post"))
    for row in rows:
        _end(row, Side.WORKER if by.role == Role.WORKER else Side.DESK, by=by)
    return len(rows)


def _end(helper: Helper, side: Side, *, by: Membership) -> None:
    states.move(helper, to=State.ENDED, ended_at=clock.now(), ended_by=side)
    if helper.post is not None:
        helper.post.withdrawn_at = clock.now()
        helper.post.save(update_fields=["withdrawn_at"])
    audit.record("helper.ended", helper, by=by, on_behalf_of=helper.dossier.person, side=side.value)


def _begin(helper: Helper, way: Way, *, by: Membership, channel: str) -> Membership:
    post = Membership.objects.create(
        market=helper.market,
        person=helper.person,
        acts_for=helper.dossier.person,
        role=Role.FAMILY,
        title=_title(helper),
        starts_on=today(by),
        ends_on=helper.until,
    )
    states.move(helper, to=State.ACTIVE, agreed_at=clock.now(), agreed_how=way, post=post)
    audit.record("helper.agreed", helper, by=by, on_behalf_of=helper.dossier.person, channel=channel, how=way.value)
    return post


def _title(helper: Helper) -> str:
    """As the record of what was done names him, which holds no full name."""
    return f"{helper.person.name[:1]}某（{helper.dossier.number} {Relation(helper.relation).label}）"[:TITLE]


def _person(named: Named) -> Person:
    phone = check_phone(named.phone)
    name = named.name.strip()
    known = next((person for person in by_phone(phone) if person.name == name), None)
    return known or people.create(name=name, phone=phone)


def _check_until(until: date, by: Membership) -> None:
    if not today(by) <= until <= today(by) + LONGEST:
        raise Refused(_("请写到哪天为止：从今天起，最长一年。"))


def _check_person(person: Person, dossier: Dossier, by: Membership, *, but: Helper | None = None) -> None:
    """Not himself, nobody who gives him work or decides about him, and no gathering of workers."""
    if person.pk == dossier.person_id:
        raise Refused(_("这是本人，不用替。"))
    if any(post.role not in (Role.WORKER, Role.FAMILY) for post in posts_here(person, by)):
        raise Refused(_("工作人员和用工方的人不能当替办的人。"))
    this = but.pk if but is not None else 0
    others = queries.live_of(dossier, by).exclude(pk=this)
    if others.filter(person=person).exists():
        raise Refused(_("已经点过这个人了。"))
    if others.count() >= MOST_HELPERS:
        raise Refused(_("替办的人最多 %(most)s 个，先停掉一个。") % {"most": MOST_HELPERS})
    helped = queries.live_by_phone(person.phone_index, by).exclude(pk=this)
    if helped.count() >= MOST_HELPED:
        raise Refused(_("这个手机已经在替 %(most)s 个人办，不能再多。") % {"most": MOST_HELPED})


def _check_his(helper: Helper, by: User) -> None:
    if helper.person_id != by.person_id:
        raise Refused(_("这不是问您的。"))
    if not helper.is_live(today(system_of(helper.market))):
        raise Refused(_("这件事已经过了日子。"))


@first_language()
def _invitation(helper: Helper) -> notify.Note:
    worker, market = helper.dossier.person, helper.market
    return notify.Note(
        person=helper.person,
        kind=Kind.OTHER,
        key=f"helper:{helper.pk}:{uuid4()}"[:80],
        subject=_("有人请您替他办事"),
        body=_(
            "%(who)s请您在%(market)s替他看活、报名、回话，到 %(until)s 为止。"
            "愿意的话，用这个手机号在网页上要验证码进来答应；不认识就不用理，或打 %(phone)s。"
        )
        % {"who": worker.polite_name, "market": market.name, "until": helper.until.isoformat(), "phone": market.phone},
        about=f"helper:{helper.pk}",
        expires_at=clock.now() + timedelta(days=3),
    )


def stop_helping(person: Person, *, by: Membership) -> None:
    """He himself acts for nobody here any more. Whoever calls has checked the right."""
    for row in Helper.objects.filter(person=person, state__in=LIVE).select_related("dossier__person", "post"):
        _end(row, Side.DESK, by=by)

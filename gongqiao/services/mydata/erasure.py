"""删除 behind a request: what goes, what the law keeps and until when, what stands in the way; proposed by one, done
by another, since it cannot be undone. A backup from before still knows him (docs/operations.md)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from gongqiao.foundation import clock, states
from gongqiao.foundation.accounts.actions import closing
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files import actions as files
from gongqiao.foundation.lengths import check_lengths
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import posts_here
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.people import actions as people
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.tokens import actions as tokens
from gongqiao.needs.dossiers.actions import check_can_write, erasing
from gongqiao.needs.dossiers.enums import GONE
from gongqiao.needs.dossiers.models import Dossier, DossierValue
from gongqiao.needs.dossiers.signals import erased
from gongqiao.needs.family import actions as family
from gongqiao.needs.feedback.actions import forgetting as feedback
from gongqiao.needs.feedback.models import Ticket
from gongqiao.needs.interviews.actions import withdrawal as interviews
from gongqiao.needs.interviews.models import Participant
from gongqiao.needs.surveys.actions import review as surveys
from gongqiao.needs.surveys.enums import SubmissionState
from gongqiao.needs.surveys.models import Submission
from gongqiao.services.lending.models import Loan
from gongqiao.services.mydata import queries
from gongqiao.services.mydata.models import Erasure, ErasureState, PunchNote
from gongqiao.services.placement.actions import forgetting as placement
from gongqiao.services.slips.models import Slip


@dataclass(frozen=True)
class Plan:
    """What will be blanked (how many of each), what stays and until when, and what stands in the way."""

    goes: list[tuple[str, int]]
    kept: list[queries.Kept]
    against: list[str]


def plan(dossier: Dossier, actor: Membership) -> Plan:
    """Looked at before anything is done; nobody but who may write the file sees it."""
    check_can_write(actor, dossier)
    person = dossier.person
    answers = Submission.objects.filter(dossier=dossier).exclude(state=SubmissionState.WITHDRAWN)
    goes = [
        (_("姓名、手机、身份证号、出生日期"), 1),
        (_("档案里的每一样（旧的也算）"), DossierValue.objects.filter(dossier=dossier).count()),
        (_("说过的话、录音、照片"), Ticket.objects.filter(person=person).count()),
        (_("答过的问卷"), answers.count()),
        (_("访谈里他说的"), Participant.objects.filter(person=person, withdrawn_at=None).count()),
        (_("自己记的工时"), PunchNote.objects.filter(assignment__person=person).count()),
    ]
    return Plan(goes, queries.kept(dossier), _against(dossier))


def _against(dossier: Dossier) -> list[str]:
    person = dossier.person
    found = queries.unfinished(dossier)
    if any(post.role not in (Role.WORKER, Role.FAMILY) for post in posts_here(person, _any_post(dossier))):
        found.append(_("他在这里还有别的岗位，先收回"))
    return found


def _any_post(dossier: Dossier) -> Membership:
    """Only its market counts here."""
    return Membership(market=dossier.market)


def waiting(actor: Membership) -> list[Erasure]:
    """Those that want a second person; for whoever may be it."""
    if not actor.may(Right.ERASE):
        return []
    rows = Erasure.objects.filter(state=ErasureState.PROPOSED).select_related("dossier__person", "proposed_by")
    return list(rows.order_by("proposed_at"))


def open_one(dossier: Dossier) -> Erasure | None:
    found: Erasure | None = (
        Erasure.objects.filter(dossier=dossier, state=ErasureState.PROPOSED).select_related("proposed_by").first()
    )
    return found


@transaction.atomic
def propose(dossier: Dossier, *, by: Membership) -> Erasure:
    """The first of two: he asked for it (a ticket, or before the desk), and nothing is open."""
    check_may(by, Right.DOSSIER_WRITE, dossier)
    _check_free(dossier)
    if open_one(dossier) is not None:
        raise Refused(_("已经提过了，等第二个人点头。"))
    row: Erasure = Erasure.objects.create(
        market=dossier.market, dossier=dossier, proposed_by=by, proposed_at=clock.now()
    )
    audit.record("erasure.proposed", dossier, by=by, on_behalf_of=dossier.person)
    return row


@transaction.atomic
def drop(erasure: Erasure, why: str, *, by: Membership) -> None:
    """It is not done, and it says why: he changed his mind, or something is open after all."""
    check_may(by, Right.DOSSIER_WRITE, erasure.dossier)
    if not why.strip():
        raise Refused(_("请写为什么不删。"))
    check_lengths(Erasure, why=why.strip())
    states.move(erasure, to=ErasureState.DROPPED, settled_by=by, settled_at=clock.now(), why=why.strip())
    audit.record("erasure.dropped", erasure.dossier, by=by, on_behalf_of=erasure.dossier.person)


@transaction.atomic
def approve(erasure: Erasure, *, by: Membership) -> None:
    """The second of two; from here on there is nobody of that name, phone or number. It cannot be undone."""
    dossier = erasure.dossier
    check_may(by, Right.ERASE, dossier)
    if erasure.proposed_by_id == by.pk or (by.person_id and erasure.proposed_by.person_id == by.person_id):
        raise Refused(_("要另一个人来点头，提的人自己不行。"))
    locked: Dossier = (
        Dossier.objects.select_for_update(of=("self",)).select_related("person", "market").get(pk=dossier.pk)
    )
    _check_free(locked)
    until = max((row.until for row in queries.kept(locked)), default=None)
    states.move(erasure, to=ErasureState.DONE, settled_by=by, settled_at=clock.now(), keep_until=until)
    _erase(locked, until, by=by)


def _check_free(dossier: Dossier) -> None:
    if dossier.state in GONE:
        raise Refused(_("这份档案已经不在用了。"))
    if against := _against(dossier):
        raise Refused(_("现在还不能删：%(why)s。") % {"why": _("；").join(against)})


def _erase(dossier: Dossier, until: date | None, *, by: Membership) -> None:
    """Each capability blanks its own; the audit chain keeps that it was done and by whom, and stays whole."""
    person = dossier.person
    counted: dict[str, Any] = {
        "tickets": feedback.forget(person),
        "requests": feedback.end_requests(person, by=by),
        "answers": surveys.withdraw_all(dossier, by=by),
        "talks": interviews.withdraw_all(person, by=by),
        "helpers": family.end_all(dossier, by=by),
        "notes": _forget_punches(person),
    }
    family.stop_helping(person, by=by)
    placement.forget(dossier, by=by)
    Slip.objects.filter(assignment__person=person).update(note="")
    Loan.objects.filter(dossier=dossier).update(note="")
    notify.forget(person)
    posts = list(Membership.objects.filter(person=person))
    tokens.forget(posts)
    Membership.objects.filter(pk__in=[post.pk for post in posts]).update(
        withdrawn_at=clock.now(), title=people.ERASED_NAME
    )
    erasing.empty(dossier)
    erased.send(sender=Dossier, dossier=dossier, was=person)
    if _elsewhere(person, dossier):
        _hand_over(person, dossier)
    else:
        closing.close(person)
        people.blank(person)
    kept = until.isoformat() if until else ""
    audit.record("erasure.done", dossier, by=by, on_behalf_of=person, keep_until=kept, **counted)


def _forget_punches(person: Person) -> int:
    rows = list(PunchNote.objects.filter(assignment__person=person).select_related("photo"))
    PunchNote.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        if row.photo is not None:
            files.forget(row.photo)
    return len(rows)


def _elsewhere(person: Person, dossier: Dossier) -> bool:
    """He goes on in another market, which keeps him."""
    with scopes_disabled():
        files_there = Dossier.objects.filter(person=person).exclude(market=dossier.market).exclude(state__in=GONE)
        posts = Membership.objects.filter(person=person, withdrawn_at=None).exclude(market=dossier.market)
        return bool(files_there.exists() or posts.exists())


def _hand_over(person: Person, dossier: Dossier) -> None:
    """All rows of this market stand under a blank person from now on; his own stays whole for the other market."""
    blank = people.stand_in()
    for relation in Person._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model if relation.auto_created and not relation.concrete else None
        if model is not None and issubclass(model, MarketModel):
            name = relation.field.name  # type: ignore[union-attr]
            model._base_manager.filter(market=dossier.market, **{name: person}).update(**{name: blank})

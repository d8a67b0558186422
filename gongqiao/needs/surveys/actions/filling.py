"""Filling a form on the worker's own page, step by step: kept at every step, handed in once."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.engines.xforms import Problem, Session, submission
from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.needs.surveys.actions import intake, sheets
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.actions.sheets import Said
from gongqiao.needs.surveys.enums import Channel
from gongqiao.needs.surveys.models import FieldTask, SheetDraft, Submission


def session_of(task: FieldTask, language: str = "") -> Session:
    """As he left it, or fresh."""
    draft = SheetDraft.objects.filter(task=task).first()
    return sheets.opened(task.wave.version, draft, clock.now(), language)


@transaction.atomic
def keep(task: FieldTask, said: Said, *, by: Membership, language: str = "") -> list[Problem]:
    """What is right is kept; the problems are what was not taken. Stale when the page is older than the answers."""
    held = _held(task, by)
    session = session_of(held, language)
    problems, pictured = sheets.taken(session, said)
    draft, _new = SheetDraft.objects.get_or_create(
        market=held.market, task=held, defaults={"content": "", "started_at": clock.now(), "saved_at": clock.now()}
    )
    return problems + sheets.keep(draft, session, said, pictured)


@transaction.atomic
def hand_in(task: FieldTask, *, by: Membership) -> tuple[Submission | None, Sequence[Problem]]:
    """The submission, or what is still missing. The draft and its files are gone afterwards."""
    held = _held(task, by)
    session = session_of(held)
    problems = session.finish(now=clock.now())
    if problems:
        return None, problems
    draft = SheetDraft.objects.filter(task=held).first()
    content, pictures = submission.write(session.root), sheets.contents(draft)
    if held.employer is not None:
        made = intake.receive(Delivery(content, pictures, Channel.DESK, employer=held.employer), by=by)
    else:
        made = intake.receive_own(Delivery(content, pictures, Channel.WEB, dossier=held.dossier), by=by)
    if draft is not None:
        sheets.drop(draft)
    intake.refused_by(held, made, by)
    return made, ()


def _held(task: FieldTask, by: Membership) -> FieldTask:
    """Locked; only whom it asks, or who went to ask an employer, only while it is to be answered."""
    found = FieldTask.objects.select_for_update(of=("self",)).select_related(
        "wave__version__form", "wave__version__market", "wave__campaign", "dossier__person", "employer", "market"
    )
    held = found.get(pk=task.pk)
    own = by.role == Role.WORKER and held.dossier is not None and held.dossier.person_id == by.person_id
    asks = held.employer is not None and held.collector_id == by.pk and by.may(Right.SURVEY_COLLECT)
    if not own and not asks:
        raise Refused(_("这不是问您的。"))
    if held.state not in FieldTask.TO_ANSWER:
        raise Refused(_("这份问卷已经交过了。"))
    return held

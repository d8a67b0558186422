"""Filling a form on a page of ours, step by step: kept at every step, handed in once."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.engines.xforms import Problem, Session, submission
from gongqiao.engines.xforms.nodes import Node
from gongqiao.foundation import clock, states
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.files import actions as files
from gongqiao.foundation.files import queries as stored
from gongqiao.foundation.files.kinds import PICTURES, VOICES, Kind
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.needs.surveys import reading
from gongqiao.needs.surveys.actions import intake
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.enums import Channel, FieldTaskState
from gongqiao.needs.surveys.models import FieldTask, SheetDraft, Submission

ENDINGS = {
    Kind.JPEG: "jpg",
    Kind.PNG: "png",
    Kind.WEBP: "webp",
    Kind.MP3: "mp3",
    Kind.MP4: "m4a",
    Kind.OGG: "ogg",
    Kind.WEBM: "webm",
    Kind.WAV: "wav",
    Kind.AMR: "amr",
}


@dataclass(frozen=True)
class Said:
    """What one step brings, by the path of the question: answers ("" takes one away), files; turns of a repeat to add
    (path of what it stands in, its name) or to take away."""

    answers: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    add: tuple[str, str] | None = None
    remove: str = ""


def session_of(task: FieldTask, language: str = "") -> Session:
    """As it was left, or fresh; what a fresh one draws by chance counts from the first step that is kept."""
    form = reading.form_of(task.wave.version)
    draft = SheetDraft.objects.filter(task=task).first()
    seed = secrets.randbits(62)
    answers = submission.fitted(form, submission.read(draft.content.encode())) if draft is not None else None
    return Session(form, now=clock.now(), seed=seed, language=language, answers=answers)


@transaction.atomic
def keep(task: FieldTask, said: Said, *, by: Membership, language: str = "") -> list[Problem]:
    """What is right is kept; the problems are what was not taken. Stale when the page is older than the answers."""
    held = _held(task, by)
    session = session_of(held, language)
    try:
        problems = _answered(session, said.answers)
        if said.remove:
            session.remove_turn(session.node(said.remove))
        if said.add is not None:
            parent = session.node(said.add[0])
            session.add_turn(parent, (*parent.place, said.add[1]))
        pictured = {path: session.node(path) for path in said.files}
    except (LookupError, ValueError):  # an XFormError is one, and so is a turn that is no number
        raise Stale from None
    draft, _new = SheetDraft.objects.get_or_create(
        market=held.market, task=held, defaults={"content": "", "started_at": clock.now(), "saved_at": clock.now()}
    )
    for path, node in pictured.items():
        try:
            session.answer(node, _kept(draft, node, said.files[path]))
        except Refused as refusal:
            problems.append(Problem(node, "file", str(refusal)))
    draft.content, draft.saved_at = submission.write(session.root).decode(), clock.now()
    draft.save(update_fields=["content", "saved_at"])
    return problems


def _answered(session: Session, answers: Mapping[str, str]) -> list[Problem]:
    """In the order of the page: an answer that hides a later question takes it along."""
    problems = []
    for path, value in answers.items():
        problem = session.answer(session.node(path), value)
        if problem is not None:
            problems.append(problem)
    return problems


def _kept(draft: SheetDraft, node: Node, content: bytes) -> str:
    """Sealed under a name of ours; what a phone calls it says nothing."""
    number = draft.files.count() + 1
    file = files.keep(draft.market, f"{node.name}-{number}", content, allowed=PICTURES | VOICES)
    name = f"{node.name}-{number}.{ENDINGS[Kind(file.kind)]}"
    draft.files.create(market=draft.market, name=name, file=file)
    return name


@transaction.atomic
def hand_in(task: FieldTask, *, by: Membership) -> tuple[Submission | None, Sequence[Problem]]:
    """The submission, or what is still missing. The draft and its files are gone afterwards."""
    held = _held(task, by)
    session = session_of(held)
    problems = session.finish(now=clock.now())
    if problems:
        return None, problems
    draft = SheetDraft.objects.filter(task=held).first()
    kept = list(draft.files.select_related("file")) if draft is not None else []
    pictures = {each.name: stored.content(each.file) for each in kept}
    content = submission.write(session.root)
    if held.employer is not None:
        made = intake.receive(Delivery(content, pictures, Channel.DESK, employer=held.employer), by=by)
    else:
        made = intake.receive_own(Delivery(content, pictures, Channel.WEB, dossier=held.dossier), by=by)
    if draft is not None:
        draft.delete()
    for each in kept:
        files.forget(each.file)
    held.refresh_from_db()
    if held.state != FieldTaskState.DONE:  # he would not be named: his answers only count, and he is not asked again
        if held.state != FieldTaskState.RESERVED:
            states.move(held, to=FieldTaskState.RESERVED, collector=by)
        states.move(held, to=FieldTaskState.REFUSED)
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

"""Papers keyed at the desk: somebody asked on paper, somebody else types it in, days later. Kept at every save."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongqiao.engines.xforms import Problem, Session, submission
from gongqiao.engines.xforms.nodes import Node
from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.files import actions as files
from gongqiao.foundation.files.kinds import PICTURES, Kind
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.queries import surviving
from gongqiao.needs.surveys.actions import intake, sheets
from gongqiao.needs.surveys.actions.intake import Delivery, OnPaper
from gongqiao.needs.surveys.actions.sheets import Said
from gongqiao.needs.surveys.enums import CampaignState, Channel, SubmissionState
from gongqiao.needs.surveys.errors import HeadRefused
from gongqiao.needs.surveys.models import FieldTask, FormVersion, Paper, SheetDraft, Submission, Wave

MOST_SCANS = 12
NOON = time(12)


@dataclass(frozen=True)
class Head:
    """What stands at the head of a paper: whom it asks (None: it names nobody), the day, who asked."""

    task: FieldTask | None
    asked_on: date
    collector: Membership


def check_takes_papers(wave: Wave, *, by: Membership) -> None:
    """Whether papers of this wave may be keyed at all."""
    check_may(by, Right.SURVEY_COLLECT, wave)
    if wave.campaign.state == CampaignState.DRAFT:
        raise Refused(_("这次调查还没有开始，没有纸表可录。"))
    if wave.version.state not in FormVersion.TAKES:
        raise Refused(_("“%(form)s”这一版已经不收了。") % {"form": wave.version.form.title})
    if Channel.DESK not in wave.version.channels:
        raise Refused(_("“%(form)s”没有通过柜台录入的检查。") % {"form": wave.version.form.title})


def session_of(wave: Wave, paper: Paper | None, asked_on: date | None = None, language: str = "") -> Session:
    """As it was left, or fresh, in the moment when the paper was filled: what the form says of today is of that day."""
    day = asked_on or (paper.asked_on if paper is not None else None)
    moment = moment_of(wave, day) if day is not None else clock.now()
    session = sheets.opened(wave.version, paper.draft if paper is not None else None, moment, language)
    if paper is not None and day != paper.asked_on:
        session.begun_at(moment)
    return session


def moment_of(wave: Wave, day: date) -> datetime:
    """A paper tells the day and not the hour: noon of it, and never later than now."""
    return min(datetime.combine(day, NOON, wave.market.tz), clock.now())


@transaction.atomic
def begin(
    wave: Wave, head: Head, said: Said, scans: Sequence[bytes] = (), *, by: Membership, language: str = ""
) -> tuple[Paper, list[Problem]]:
    """A paper with what was typed so far; the problems are what was not taken. HeadRefused names the part of the head
    that cannot be."""
    check_takes_papers(wave, by=by)
    check_head(wave, head, by=by)
    moment = clock.now()
    session = session_of(wave, None, head.asked_on, language)
    problems, pictured = sheets.taken(session, said)
    draft = SheetDraft.objects.create(market=wave.market, content="", started_at=moment, saved_at=moment)
    try:
        with transaction.atomic():
            facts = {"task": head.task, "asked_on": head.asked_on, "collector": head.collector}
            paper = Paper.objects.create(market=wave.market, draft=draft, wave=wave, keyed_by=by, **facts)
    except IntegrityError:  # two opened the same one
        raise _begun_already() from None
    problems += sheets.keep(draft, session, said, pictured)
    _keep_scans(draft, scans)
    audit.record("survey.paper_begun", paper, by=by, wave=wave.pk, asked_on=head.asked_on.isoformat())
    return paper, problems


@transaction.atomic
def keep(
    paper: Paper, head: Head, said: Said, scans: Sequence[bytes] = (), *, by: Membership, seen: str, language: str = ""
) -> list[Problem]:
    """One more save. `seen` is the mark of the draft that the page showed; another one is Stale."""
    held = _held(paper, by)
    if seen != mark_of(held):
        raise Stale
    check_head(held.wave, head, by=by, paper=held)
    session = session_of(held.wave, held, head.asked_on, language)
    problems, pictured = sheets.taken(session, said)
    problems += sheets.keep(held.draft, session, said, pictured)
    held.task, held.asked_on, held.collector = head.task, head.asked_on, head.collector
    held.save(update_fields=["task", "asked_on", "collector"])
    _keep_scans(held.draft, scans)
    return problems


def mark_of(paper: Paper) -> str:
    """Of what a page showed of it."""
    return paper.draft.saved_at.isoformat()


@transaction.atomic
def hand_in(paper: Paper, *, by: Membership) -> tuple[Submission | None, Sequence[Problem]]:
    """The submission, asked on its day by its collector and keyed by this post; or what is still missing. The draft,
    its files and the pictures of the paper are the submission's afterwards."""
    held = _held(paper, by)
    head = Head(held.task, held.asked_on, held.collector)
    check_head(held.wave, head, by=by, paper=held)
    session = session_of(held.wave, held)
    problems = session.finish(now=moment_of(held.wave, held.asked_on))
    if problems:
        return None, problems
    if held.corrects is not None:
        _name_replaced(session.root, held.corrects)
    delivery = Delivery(
        submission.write(session.root),
        sheets.contents(held.draft),
        Channel.DESK,
        dossier=surviving(held.task.dossier) if held.task is not None and held.task.dossier is not None else None,
        employer=held.task.employer if held.task is not None else None,
        paper=OnPaper(**head.__dict__, wave=held.wave, scans=sheets.contents(held.draft, scan=True)),
    )
    made = intake.receive(delivery, by=by)
    sheets.drop(held.draft)
    if head.task is not None:
        intake.refused_by(head.task, made, head.collector)
    return made, ()


def _name_replaced(root: Node, corrected: Submission) -> None:
    """It says which version it replaces (OpenRosa's deprecatedID); Refused when nobody waits for it any more."""
    now = Submission.objects.select_for_update().get(pk=corrected.pk)
    if now.state != SubmissionState.NEEDS_CORRECTION:
        raise Refused(_("退回来的那份现在是“%(here)s”，不用改了。") % {"here": now.get_state_display()})
    meta = root.child("meta")
    instance = meta.child("instanceID") if meta is not None else None
    if meta is None or instance is None:
        raise ValueError(f"paper of submission {corrected.pk} has no instanceID")
    newest = now.versions.latest("number")
    meta.append(Node("deprecatedID", newest.instance, instance.namespace))


@transaction.atomic
def drop(paper: Paper, *, by: Membership) -> None:
    """It was begun by mistake: everything typed goes."""
    held = _held(paper, by)
    audit.record("survey.paper_dropped", held, by=by, wave=held.wave_id)
    sheets.drop(held.draft)


def check_head(wave: Wave, head: Head, *, by: Membership, paper: Paper | None = None) -> None:
    """Asked by a colleague who was at his post, on a day of the wave that is not still to come; somebody of this wave
    whose paper nobody else is keying, or nobody named where the inquiry counts such answers."""
    today = clock.now().astimezone(wave.market.tz).date()
    if head.asked_on > today:
        raise HeadRefused("asked_on", _("这一天还没有到，不会已经问过。"))
    if head.asked_on < wave.opens_on:
        told = {"number": wave.number, "day": wave.opens_on.isoformat()}
        raise HeadRefused("asked_on", _("第 %(number)d 轮 %(day)s 才开始，不会在那之前问。") % told)
    _check_collector(head, by)
    if head.task is None:
        if paper is not None and paper.task_id is not None and paper.corrects_id is not None:
            raise HeadRefused("who", _("原来写的是谁，不能改成没有名字的。"))
        if not wave.campaign.anonymous_use:
            raise HeadRefused("who", _("这次调查不收不留名的，请写问的是谁。"))
        return
    if head.task.wave_id != wave.pk:
        raise HeadRefused("who", _("这一轮没有安排问他。"))
    other = Paper.objects.filter(task=head.task).first()
    if other is not None and other != paper:
        raise _begun_already()


def _begun_already() -> HeadRefused:
    return HeadRefused("who", _("他的这一份已经有人在录。"))


def _check_collector(head: Head, by: Membership) -> None:
    who, day = head.collector, head.asked_on
    try:
        check_may(who, Right.SURVEY_COLLECT)
        check_may(by, Right.SURVEY_COLLECT, who)
    except Refused as refusal:
        raise HeadRefused("collector", str(refusal)) from None
    if day < who.starts_on or (who.ends_on is not None and day > who.ends_on):
        raise HeadRefused("collector", _("%(who)s那天不在岗。") % {"who": who.title})


def _keep_scans(draft: SheetDraft, scans: Sequence[bytes]) -> None:
    """Pictures of the paper, sealed beside it."""
    kept = draft.files.filter(scan=True).count() + _scanned_before(draft)
    if kept + len(scans) > MOST_SCANS:
        raise HeadRefused("scanned", _("一份纸表最多放 %(most)d 张照片。") % {"most": MOST_SCANS})
    for number, content in enumerate(scans, kept + 1):
        try:
            file = files.keep(draft.market, _("纸表第 %(number)d 张") % {"number": number}, content, allowed=SCANNED)
        except Refused as refusal:
            raise HeadRefused("scanned", str(refusal)) from None
        name = f"paper-{number}.{sheets.ENDINGS[Kind(file.kind)]}"
        draft.files.create(market=draft.market, name=name, file=file, scan=True)


def _scanned_before(draft: SheetDraft) -> int:
    """Pictures that the answer which it corrects has already."""
    corrected = Submission.objects.filter(correction__draft=draft).first()
    return corrected.slots.filter(scan=True).count() if corrected is not None else 0


SCANNED = PICTURES | {Kind.PDF}


def _held(paper: Paper, by: Membership) -> Paper:
    """Locked; only by who keys it."""
    found = Paper.objects.select_for_update(of=("self",)).select_related(
        "draft",
        "wave__version__form",
        "wave__version__market",
        "wave__campaign",
        "wave__market",
        "collector",
        "market",
        "corrects",
    )
    held = found.filter(pk=paper.pk).first()
    if held is None:
        raise Stale
    check_takes_papers(held.wave, by=by)
    if held.keyed_by_id != by.pk:
        raise Refused(_("这份纸表是别的同事在录。"))
    return held

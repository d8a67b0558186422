"""Taking a submission in: once, however often and in however many parts it comes; complete, it is read and proposes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Case, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from gongqiao.engines.xforms.nodes import Node
from gongqiao.engines.xforms.submission import Header
from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files import actions as files
from gongqiao.foundation.files import queries as stored
from gongqiao.foundation.files.kinds import PICTURES, VOICES, Kind
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers import queries as dossiers
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.surveys import reading, rules, signals
from gongqiao.needs.surveys.actions.concerns import open_ticket
from gongqiao.needs.surveys.actions.deciding import supersede
from gongqiao.needs.surveys.actions.firms import firm_of
from gongqiao.needs.surveys.actions.proposals import apply_by_policy, propose
from gongqiao.needs.surveys.actions.review import check_reviewer
from gongqiao.needs.surveys.enums import (
    CampaignState,
    Channel,
    FieldTaskState,
    FlagKind,
    ProposalState,
    Subject,
    SubmissionState,
)
from gongqiao.needs.surveys.errors import Differs, NotKnown
from gongqiao.needs.surveys.models import (
    Answer,
    DossierProposal,
    FieldTask,
    Flag,
    FormVersion,
    Slot,
    Submission,
    SubmissionVersion,
    Wave,
)
from gongqiao.needs.surveys.properties import facts_of
from gongqiao.needs.surveys.reading import Reading

LINKED = frozenset(
    {
        SubmissionState.RECEIVED,
        SubmissionState.FLAGGED,
        SubmissionState.APPROVED,
        SubmissionState.NEEDS_CORRECTION,
    }
)
ATTACHED = PICTURES | VOICES | {Kind.CSV, Kind.PDF}


@dataclass(frozen=True)
class OnPaper:
    """What stands on a paper beside its answers: in which wave, whom it asks (None: nobody named), when, who asked; and
    pictures of it."""

    wave: Wave
    task: FieldTask | None
    asked_on: date
    collector: Membership
    scans: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Delivery:
    """One request's worth: the XML, and files by the names that stand in it. A `paper` is keyed by who delivers it."""

    content: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)
    channel: Channel = Channel.COLLECT
    device: str = ""
    dossier: Dossier | None = None
    employer: Employer | None = None
    paper: OnPaper | None = None


@dataclass(frozen=True)
class _Arrival:
    """A delivery, looked at."""

    delivery: Delivery
    by: Membership
    root: Node
    header: Header
    version: FormVersion
    at: datetime

    @property
    def collector(self) -> Membership:
        """Who asked: of a paper another than who brings it in."""
        return self.delivery.paper.collector if self.delivery.paper is not None else self.by


def receive(delivery: Delivery, *, by: Membership) -> Submission:
    """The submission as it stands after this part. Unreadable, NotKnown and Differs say why it is not taken; the same
    bytes again change nothing."""
    check_may(by, Right.SURVEY_COLLECT)
    return _take_in(delivery, by)


def receive_own(delivery: Delivery, *, by: Membership) -> Submission:
    """A worker's own answers, filled on our page; Refused for another's."""
    who = delivery.dossier
    if by.role != Role.WORKER or who is None or who.person_id != by.person_id or who.market_id != by.market_id:
        raise Refused(_("这不是问您的。"))
    return _take_in(delivery, by)


def _take_in(delivery: Delivery, by: Membership) -> Submission:
    root, header = reading.header_of(delivery.content)
    arrival = _Arrival(delivery, by, root, header, _version(header), clock.now())
    try:
        with transaction.atomic():
            return _receive(arrival)
    except IntegrityError:  # somebody was first with the same instance: then it is there to be read
        with transaction.atomic():
            return _receive(arrival)


def _version(header: Header) -> FormVersion:
    found = FormVersion.objects.select_related("form", "market").filter(
        form__code=header.form_id, version=header.version
    )
    version = found.first()
    if version is None:
        told = {"form": header.form_id[:64], "version": header.version[:40]}
        raise NotKnown(_("这里没有这张表：%(form)s %(version)s") % told)
    if version.state not in FormVersion.TAKES:
        raise NotKnown(_("“%(form)s”这一版已经不收了。") % {"form": version.form.title})
    return version


def _receive(arrival: _Arrival) -> Submission:
    known = SubmissionVersion.objects.select_related("submission", "raw").filter(
        form=arrival.version.form_id, instance=arrival.header.instance_id
    )
    row, said = known.first(), None
    if row is None:
        submission, row, said = _new(arrival)
    else:
        submission = Submission.objects.select_for_update().get(pk=row.submission_id)
        if row.raw.sha256 != hashlib.sha256(arrival.delivery.content).hexdigest():
            raise Differs(_("这份答卷收过了，内容不一样。改过的要另存一份再交。"))
    _check_not_withdrawn(submission)
    _attach(submission, arrival)
    if submission.state == SubmissionState.RECEIVING and not submission.slots.filter(file=None).exists():
        _settle(submission, row, arrival, said)
    return submission


def _check_not_withdrawn(submission: Submission) -> None:
    if submission.state == SubmissionState.WITHDRAWN:
        raise Differs(_("这份答卷本人已经撤回了。"))


def _new(arrival: _Arrival) -> tuple[Submission, SubmissionVersion, Reading]:
    said = reading.read(arrival.version, arrival.root, arrival.at)
    replaced = _replaced(arrival)
    submission = replaced.submission if replaced is not None else _first(arrival, said)
    raw = files.keep(arrival.version.market, "submission.xml", arrival.delivery.content, allowed={Kind.XML})
    row = SubmissionVersion.objects.create(
        market=arrival.version.market,
        submission=submission,
        form=arrival.version.form,
        version=arrival.version,
        number=replaced.number + 1 if replaced is not None else 1,
        instance=arrival.header.instance_id,
        deprecates=arrival.header.deprecated_id,
        raw=raw,
        received_at=arrival.at,
    )
    if replaced is not None:
        if submission.state != SubmissionState.RECEIVING:
            states.move(submission, to=SubmissionState.RECEIVING)
        _drop_slots(submission, said)
    Slot.objects.bulk_create(
        [Slot(market=arrival.version.market, submission=submission, name=name[:200]) for name in said.attachments],
        ignore_conflicts=True,
    )
    if (paper := arrival.delivery.paper) is not None:
        _keep_scans(submission, paper)
        if replaced is not None:
            _corrected(submission, paper, by=arrival.by)
    audit.record(
        "survey.received",
        submission,
        by=arrival.by,
        channel=arrival.delivery.channel.value,
        form=arrival.version.form.code,
        version=arrival.version.version,
        number=row.number,
    )
    return submission, row, said


def _keep_scans(submission: Submission, paper: OnPaper) -> None:
    for name, content in paper.scans.items():
        kept = files.keep(submission.market, name, content, allowed=ATTACHED)
        Slot.objects.create(market=submission.market, submission=submission, name=name, file=kept, scan=True)


def _corrected(submission: Submission, paper: OnPaper, *, by: Membership) -> None:
    """Its head may have been corrected too."""
    submission.filled_on, submission.collector, submission.keyed_by = paper.asked_on, paper.collector, by
    submission.save(update_fields=["filled_on", "collector", "keyed_by"])


def _drop_slots(submission: Submission, said: Reading) -> None:
    """Files that the new version does not name any more: nobody would ever meet them again, nor forget them."""
    gone = submission.slots.filter(scan=False).exclude(name__in=said.attachments)
    for slot in gone.select_related("file"):
        if slot.file is not None:
            files.forget(slot.file)
    gone.delete()


def _replaced(arrival: _Arrival) -> SubmissionVersion | None:
    """The version that an edit replaces: it must be the newest of its submission."""
    if not arrival.header.deprecated_id:
        return None
    row = SubmissionVersion.objects.select_related("submission").filter(
        form=arrival.version.form_id, instance=arrival.header.deprecated_id
    )
    found = row.first()
    if found is None:
        raise NotKnown(_("要改的那份答卷这里没有。"))
    if found.submission.versions.filter(number__gt=found.number).exists():
        raise Differs(_("这份答卷已经有更新的一份了。"))
    found.submission = Submission.objects.select_for_update().get(pk=found.submission_id)
    _check_not_withdrawn(found.submission)
    return found


def _first(arrival: _Arrival, said: Reading) -> Submission:
    delivery, zone = arrival.delivery, arrival.version.market.tz
    row = Submission(
        market=arrival.version.market,
        form=arrival.version.form,
        root_instance=arrival.header.instance_id,
        channel=delivery.channel,
        collector=arrival.collector,
        device=delivery.device[:80],
        filled_on=(_ended(said, arrival.at) or arrival.at).astimezone(zone).date(),
        received_at=arrival.at,
    )
    if (paper := delivery.paper) is not None:
        row.wave, row.filled_on, row.keyed_by = paper.wave, paper.asked_on, arrival.by
        row.employer = paper.task.employer if paper.task is not None else None
    row.save()
    return row


def _ended(said: Reading, arrived: datetime) -> datetime | None:
    """When it was filled; a phone whose clock runs ahead cannot have asked after its answer was here, or what it says
    would stay fresh for years."""
    return min(said.ended, arrived) if said.ended is not None else None


def _attach(submission: Submission, arrival: _Arrival) -> None:
    """Files that the answers name; any other is not ours to keep."""
    for slot in submission.slots.filter(scan=False).select_related("file"):
        content = arrival.delivery.files.get(slot.name)
        if content is None:
            continue
        if slot.file is None:
            slot.file = files.keep(arrival.version.market, slot.name, content, allowed=ATTACHED)
            slot.save(update_fields=["file"])
        elif slot.file.sha256 != hashlib.sha256(content).hexdigest():
            raise Differs(_("附件“%(name)s”收过了，内容不一样。") % {"name": slot.name})


def _settle(
    submission: Submission, row: SubmissionVersion, arrival: _Arrival, said: Reading | None, *, lost: str = ""
) -> None:
    """Complete: answers become rows, doubts become flags, facts become proposals, a concern a ticket. `said`, when it
    was just read; `lost`: why files are missing for good, which is a doubt."""
    if said is None:
        said = reading.read(row.version, reading.header_of(stored.content(row.raw))[0], submission.received_at)
    _write_answers(submission, said, row.received_at)
    stood_under = _identify(submission, said, arrival)
    flags = _flags(submission, said)
    if lost:
        flags[FlagKind.INVALID] = lost
    if stood_under:
        flags[FlagKind.UNLINKED] = _("原来记在 %(number)s 名下") % {"number": stood_under}
    submission.flags.all().delete()
    Flag.objects.bulk_create(
        Flag(market=submission.market, submission=submission, kind=kind, detail=detail[:200])
        for kind, detail in flags.items()
    )
    states.move(submission, to=SubmissionState.FLAGGED if flags else SubmissionState.RECEIVED)
    _propose(submission, row, said, arrival, doubtful=bool(flags))
    if said.concern is not None:
        open_ticket(submission, said.concern, by=arrival.collector)
    signals.completed.send(sender=Submission, submission=submission, number=row.number, said=said, by=arrival.collector)
    audit.record("survey.complete", submission, by=arrival.by, flags=sorted(kind.value for kind in flags))


def _write_answers(submission: Submission, said: Reading, arrived: datetime) -> None:
    submission.answers.all().delete()
    Answer.objects.bulk_create(
        Answer(market=submission.market, submission=submission, **line.__dict__) for line in said.lines
    )
    submission.started_at, submission.ended_at = said.started, _ended(said, arrived)
    if submission.keyed_by_id is not None:
        submission.started_at = None  # a paper does not tell how long it took
    submission.consented, submission.digest = said.consented, said.digest
    submission.save(update_fields=["started_at", "ended_at", "consented", "digest"])


def _identify(submission: Submission, said: Reading, arrival: _Arrival) -> str:
    """Whose answer it is: told by the channel, or by the number of his file; never without his consent. Returns the
    number of the file it stood under until now, when an edit says it is another's or nobody's."""
    before, firm = submission.dossier, submission.employer
    told = arrival.delivery.dossier or _numbered(arrival.by, said.file_no)
    now = None if said.consented is False else told or before
    submission.dossier = now
    submission.employer = firm_of(submission, said, told=arrival.delivery.employer)
    submission.wave = submission.wave or _wave(arrival, submission)
    moved = before is not None and now != before
    if moved or (firm is not None and submission.employer != firm):
        _give_task_back(submission)
    submission.save(update_fields=["wave", "dossier", "employer", "task"])
    take_task(submission, arrival.collector, arrival.delivery.paper)
    return before.number if before is not None and moved and now is not None else ""


def _numbered(by: Membership, text: str) -> Dossier | None:
    """A paper list may still name a file that was merged since: the surviving one is meant."""
    found = dossiers.numbered(by, text, merged=True)
    return None if found is None else dossiers.surviving(found)


def _give_task_back(submission: Submission) -> None:
    """It was not he who answered: he is still to be asked, by the same collector, unless a visit to him is planned."""
    task, submission.task = submission.task, None
    if task is None or (submission.dossier is None and submission.employer is None):
        return
    if task.employer_id is None or not _unfinished(task).exists():
        states.move(task, to=FieldTaskState.RESERVED)


def _unfinished(task: FieldTask) -> QuerySet[FieldTask]:
    to_do = [FieldTaskState.OPEN, FieldTaskState.RESERVED]
    found: QuerySet[FieldTask] = FieldTask.objects.filter(wave=task.wave_id, employer=task.employer_id, state__in=to_do)
    return found


def take_task(submission: Submission, by: Membership, paper: OnPaper | None = None) -> None:
    """He was to be asked in this wave, perhaps under a file that was merged since: now he has answered. A nameless
    place's is told by the paper."""
    asked = _to_ask(submission)
    if paper is not None and paper.task is not None and paper.task.dossier_id is None:
        asked = Q(pk=paper.task.pk)
    if submission.wave is None or asked is None or submission.task_id is not None:
        return
    task = FieldTask.objects.filter(asked, wave=submission.wave, submission=None).order_by("pk").first()
    if task is None:
        return
    if task.state != FieldTaskState.RESERVED:
        if not states.can_move(task, FieldTaskState.RESERVED):
            return
        states.move(task, to=FieldTaskState.RESERVED, collector=by)
    states.move(task, to=FieldTaskState.DONE)
    submission.task = task
    submission.save(update_fields=["task"])


def _to_ask(submission: Submission) -> Q | None:
    """The tasks that ask him, a person or an employer; None for nobody's answer."""
    if submission.dossier is not None:
        return Q(dossier=submission.dossier) | Q(dossier__merged_into=submission.dossier)
    return Q(employer=submission.employer) if submission.employer is not None else None


def refused_by(task: FieldTask, made: Submission, by: Membership) -> None:
    """He answered and would not be named: his answers only count, and he is not asked again."""
    task.refresh_from_db()
    if made.consented is not False or task.state == FieldTaskState.DONE:  # done: another answer of his has his name
        return
    if task.state != FieldTaskState.RESERVED:
        states.move(task, to=FieldTaskState.RESERVED, collector=by)
    states.move(task, to=FieldTaskState.REFUSED)


def _wave(arrival: _Arrival, submission: Submission) -> Wave | None:
    """Of the waves that ask with this form: one in which he is still to be asked, else one that was open on the day,
    else any; before others those with this very version, those that still run, the newest. What was filled before a
    campaign ended and comes in afterwards is still its answer."""
    waves = Wave.objects.filter(version__form=arrival.version.form).exclude(campaign__state=CampaignState.DRAFT)
    same, runs = Q(version=arrival.version), Q(campaign__state=CampaignState.RUNNING)
    ranked = waves.annotate(same=Case(When(same, 1), default=0), runs=Case(When(runs, 1), default=0))
    ranked = ranked.order_by("-same", "-runs", "-opens_on", "-pk")
    if (his := _to_ask(submission)) is not None:
        asks = FieldTask.objects.filter(his, submission=None)
        waiting = ranked.filter(runs=1, tasks__in=asks).first()
        if waiting is not None:
            return waiting
    open_then = Q(opens_on__lte=submission.filled_on, closes_on__gte=submission.filled_on)
    return ranked.filter(open_then).first() or ranked.first()


def _flags(submission: Submission, said: Reading) -> dict[FlagKind, str]:
    found: dict[FlagKind, str] = {}
    if said.broken:
        found[FlagKind.INVALID] = " ".join(said.broken[:5])
    if said.started and said.ended and submission.channel != Channel.DESK:
        took = (said.ended - said.started).total_seconds()
        if took < rules.SECONDS_AN_ANSWER * len({(line.path, line.row) for line in said.lines}):
            found[FlagKind.SPEED] = f"{took:.0f} s"
    others = Submission.objects.filter(form=submission.form).exclude(pk=submission.pk)
    if (same := _same(submission, said, others)) is not None:
        found[FlagKind.DUPLICATE] = same.root_instance
    if submission.device:
        burst = _filled_near(submission, others.filter(device=submission.device))
        if burst >= rules.BURST:
            found[FlagKind.BURST] = str(burst + 1)
    home = said.saved.get("home", "")
    city = submission.market.city_id.rstrip("0")
    if home and not home.startswith(city):
        found[FlagKind.AREA] = home
    whose = {Subject.WORKER: submission.dossier_id, Subject.EMPLOYER: submission.employer_id}
    if (
        said.consented
        and said.saved
        and submission.form.subject in whose
        and whose[Subject(submission.form.subject)] is None
    ):
        found[FlagKind.UNLINKED] = said.file_no
    return found


def _same(submission: Submission, said: Reading, others: QuerySet[Submission]) -> Submission | None:
    """Another one of this wave with the same answers, or of the same person. A few answers are the same by chance."""
    here = others.filter(wave=submission.wave)
    if len(said.lines) >= rules.ANSWERS_BY_CHANCE and (twin := here.filter(digest=said.digest).first()) is not None:
        return twin
    if submission.dossier_id is None or submission.wave_id is None:
        return None
    again: Submission | None = here.filter(dossier=submission.dossier).first()
    return again


def _filled_near(submission: Submission, others: QuerySet[Submission]) -> int:
    """How many were filled within minutes of this one. When they came in says nothing: a phone that was out of the net
    all day sends all of them at once."""
    near = timedelta(minutes=rules.BURST_MINUTES)
    at = submission.ended_at or submission.received_at
    when = Coalesce("ended_at", "received_at")
    return others.annotate(when=when).filter(when__gt=at - near, when__lt=at + near).count()


def _propose(
    submission: Submission, row: SubmissionVersion, said: Reading, arrival: _Arrival, *, doubtful: bool
) -> None:
    supersede(DossierProposal.objects.filter(submission=submission, state=ProposalState.PENDING))
    if submission.dossier is None or said.consented is False:
        return
    propose(submission, submission.dossier, facts_of(said.saved), number=row.number)
    if not doubtful:
        apply_by_policy(submission, by=submission.collector or arrival.by)


@transaction.atomic
def do_without(submission: Submission, *, note: str, by: Membership) -> None:
    """The files that are missing will never come (the phone is lost): what was answered is read without them, and a
    reviewer looks at it. By whoever asked: nobody else meets it yet. A file that comes after all is still kept."""
    check_may(by, Right.SURVEY_COLLECT, submission)
    if submission.collector_id != by.pk:
        raise Refused(_("这份答卷是别的同事问来的。"))
    if not note.strip():
        raise Refused(_("请写附件为什么来不了。"))
    held = Submission.objects.select_for_update().get(pk=submission.pk)
    missing = list(held.slots.filter(file=None).order_by("name").values_list("name", flat=True))
    if held.state != SubmissionState.RECEIVING or not missing:
        raise Refused(_("这份答卷不缺附件。"))
    row = held.versions.select_related("raw", "version__market", "version__form").latest("number")
    content = stored.content(row.raw)
    root, header = reading.header_of(content)
    delivery = Delivery(
        content, channel=Channel(held.channel), device=held.device, dossier=held.dossier, employer=held.employer
    )
    collector = held.collector or by
    arrival = _Arrival(delivery, collector, root, header, row.version, held.received_at)
    lost = _("附件来不了：%(why)s（%(names)s）") % {"why": note.strip(), "names": "、".join(missing)}
    _settle(held, row, arrival, None, lost=lost)
    submission.state = held.state
    audit.record("survey.done_without", submission, by=by, missing=len(missing))


@transaction.atomic
def link(submission: Submission, dossier: Dossier, *, by: Membership) -> None:
    """A reviewer knows whose answer it is; now it proposes. What it proposes waits for his verdict."""
    check_reviewer(by, submission)
    check_may(by, Right.DOSSIER_READ, dossier)
    if _linkable(submission).dossier_id is not None:
        raise Refused(_("这份答卷已经知道是谁的了。"))
    submission.dossier = dossier
    submission.save(update_fields=["dossier"])
    audit.record("survey.linked", submission, by=by, on_behalf_of=dossier.person)
    number, said = _linked(submission, by)
    propose(submission, dossier, facts_of(said.saved), number=number)


@transaction.atomic
def link_employer(submission: Submission, employer: Employer, *, by: Membership) -> None:
    """A reviewer knows which employer answered; now it is heard of where his demand is kept."""
    check_reviewer(by, submission)
    check_may(by, Right.EMPLOYER_READ, employer)
    held = _linkable(submission)
    if submission.form.subject != Subject.EMPLOYER:
        raise Refused(_("这张表不是问他们的。"))
    if held.employer_id is not None:
        raise Refused(_("这份答卷已经知道是谁的了。"))
    submission.employer = employer
    submission.save(update_fields=["employer"])
    audit.record("survey.linked", submission, by=by, on_behalf_of=employer)
    number, said = _linked(submission, by)
    signals.completed.send(sender=Submission, submission=submission, number=number, said=said, by=by)


def _linkable(submission: Submission) -> Submission:
    """Locked; Refused when it is nobody's to be."""
    held = Submission.objects.select_for_update().get(pk=submission.pk)
    if held.state not in LINKED:
        raise Refused(_("现在是“%(here)s”，不能认是谁的。") % {"here": held.get_state_display()})
    if held.consented is False:
        raise Refused(_("他没有同意留名，不能认是谁。"))
    return held


def _linked(submission: Submission, by: Membership) -> tuple[int, Reading]:
    """He is asked no more; what the answer says, and in which of its versions."""
    take_task(submission, submission.collector or by)
    row = submission.versions.select_related("raw", "version__market").latest("number")
    submission.flags.filter(kind=FlagKind.UNLINKED).delete()
    return row.number, reading.read(row.version, reading.header_of(stored.content(row.raw))[0], submission.received_at)

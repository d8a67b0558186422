"""Taking a submission in: once, however often and in however many parts it comes; complete, it is read and proposes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
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
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers import queries as dossiers
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.surveys import reading, rules
from gongqiao.needs.surveys.actions.proposals import apply_by_policy, propose
from gongqiao.needs.surveys.actions.review import check_reviewer
from gongqiao.needs.surveys.enums import (
    CampaignState,
    Channel,
    FieldTaskState,
    FlagKind,
    ProposalState,
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

ATTACHED = PICTURES | VOICES | {Kind.CSV, Kind.PDF}


@dataclass(frozen=True)
class Delivery:
    """One request's worth: the XML, and files by the names that stand in it. `filled_on` is the day on a paper form."""

    content: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)
    channel: Channel = Channel.COLLECT
    device: str = ""
    dossier: Dossier | None = None
    filled_on: date | None = None


@dataclass(frozen=True)
class _Arrival:
    """A delivery, looked at."""

    delivery: Delivery
    by: Membership
    root: Node
    header: Header
    version: FormVersion
    at: datetime


def receive(delivery: Delivery, *, by: Membership) -> Submission:
    """The submission as it stands after this part. Unreadable, NotKnown and Differs say why it is not taken; the same
    bytes again change nothing."""
    check_may(by, Right.SURVEY_COLLECT)
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
    if submission.state == SubmissionState.WITHDRAWN:
        raise Differs(_("这份答卷本人已经撤回了。"))
    _attach(submission, arrival)
    if submission.state == SubmissionState.RECEIVING and not submission.slots.filter(file=None).exists():
        _settle(submission, row, arrival, said)
    return submission


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
        states.move(submission, to=SubmissionState.RECEIVING)
        submission.slots.exclude(name__in=said.attachments).delete()
    Slot.objects.bulk_create(
        [Slot(market=arrival.version.market, submission=submission, name=name[:200]) for name in said.attachments],
        ignore_conflicts=True,
    )
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
    Submission.objects.select_for_update().get(pk=found.submission_id)
    return found


def _first(arrival: _Arrival, said: Reading) -> Submission:
    delivery, zone = arrival.delivery, arrival.version.market.tz
    filled = delivery.filled_on or (said.ended or arrival.at).astimezone(zone).date()
    return Submission.objects.create(
        market=arrival.version.market,
        form=arrival.version.form,
        root_instance=arrival.header.instance_id,
        channel=delivery.channel,
        collector=arrival.by,
        device=delivery.device[:80],
        filled_on=filled,
        received_at=arrival.at,
    )


def _attach(submission: Submission, arrival: _Arrival) -> None:
    """Files that the answers name; any other is not ours to keep."""
    for slot in submission.slots.select_related("file"):
        content = arrival.delivery.files.get(slot.name)
        if content is None:
            continue
        if slot.file is None:
            slot.file = files.keep(arrival.version.market, slot.name, content, allowed=ATTACHED)
            slot.save(update_fields=["file"])
        elif slot.file.sha256 != hashlib.sha256(content).hexdigest():
            raise Differs(_("附件“%(name)s”收过了，内容不一样。") % {"name": slot.name})


def _settle(submission: Submission, row: SubmissionVersion, arrival: _Arrival, said: Reading | None) -> None:
    """Complete: answers become rows, doubts become flags, facts become proposals. `said`, when it was just read."""
    if said is None:
        said = reading.read(row.version, reading.header_of(stored.content(row.raw))[0], submission.received_at)
    _write_answers(submission, said)
    _identify(submission, said, arrival)
    flags = _flags(submission, said)
    submission.flags.all().delete()
    Flag.objects.bulk_create(
        Flag(market=submission.market, submission=submission, kind=kind, detail=detail[:200])
        for kind, detail in flags.items()
    )
    states.move(submission, to=SubmissionState.FLAGGED if flags else SubmissionState.RECEIVED)
    _propose(submission, row, said, arrival, doubtful=bool(flags))
    audit.record("survey.complete", submission, by=arrival.by, flags=sorted(kind.value for kind in flags))


def _write_answers(submission: Submission, said: Reading) -> None:
    submission.answers.all().delete()
    Answer.objects.bulk_create(
        Answer(market=submission.market, submission=submission, **line.__dict__) for line in said.lines
    )
    submission.started_at, submission.ended_at = said.started, said.ended
    submission.consented, submission.digest = said.consented, said.digest
    submission.save(update_fields=["started_at", "ended_at", "consented", "digest"])


def _identify(submission: Submission, said: Reading, arrival: _Arrival) -> None:
    """Whose answer it is: told by the channel, or by the number of his file; never without his consent."""
    if submission.dossier is None and said.consented is not False:
        submission.dossier = arrival.delivery.dossier or dossiers.numbered(arrival.by, said.file_no)
    submission.wave = submission.wave or _wave(arrival, submission)
    submission.save(update_fields=["wave", "dossier"])
    if submission.wave is None or submission.dossier is None or submission.task_id is not None:
        return
    task = FieldTask.objects.filter(wave=submission.wave, dossier=submission.dossier).first()
    if task is None or Submission.objects.filter(task=task).exists():
        return
    if task.state != FieldTaskState.RESERVED:
        if not states.can_move(task, FieldTaskState.RESERVED):
            return
        states.move(task, to=FieldTaskState.RESERVED, collector=arrival.by)
    states.move(task, to=FieldTaskState.DONE)
    submission.task = task
    submission.save(update_fields=["task"])


def _wave(arrival: _Arrival, submission: Submission) -> Wave | None:
    """Of the running waves that ask with this version: the one in which he is still to be asked, else the newest that
    was open on the day."""
    running = Wave.objects.filter(version=arrival.version, campaign__state=CampaignState.RUNNING)
    newest = running.order_by("-opens_on", "-pk")
    if submission.dossier is not None:
        waiting = newest.filter(tasks__dossier=submission.dossier, tasks__submission=None).first()
        if waiting is not None:
            return waiting
    day = submission.filled_on
    return newest.filter(opens_on__lte=day, closes_on__gte=day).first() or newest.first()


def _flags(submission: Submission, said: Reading) -> dict[FlagKind, str]:
    found: dict[FlagKind, str] = {}
    if said.broken:
        found[FlagKind.INVALID] = " ".join(said.broken[:5])
    if said.started and said.ended and submission.channel != Channel.DESK:
        took = (said.ended - said.started).total_seconds()
        if took < rules.SECONDS_AN_ANSWER * len({(line.path, line.row) for line in said.lines}):
            found[FlagKind.SPEED] = f"{took:.0f} s"
    others = Submission.objects.filter(form=submission.form).exclude(pk=submission.pk)
    same = others.filter(digest=said.digest).first() if said.lines else None
    if same is None and submission.dossier_id is not None and submission.wave_id is not None:
        same = others.filter(wave=submission.wave, dossier=submission.dossier).first()
    if same is not None:
        found[FlagKind.DUPLICATE] = same.root_instance
    if submission.device:
        near = timedelta(minutes=rules.BURST_MINUTES)
        burst = others.filter(device=submission.device, received_at__gt=submission.received_at - near).count()
        if burst >= rules.BURST:
            found[FlagKind.BURST] = str(burst + 1)
    home = said.saved.get("home", "")
    city = submission.market.city_id.rstrip("0")
    if home and not home.startswith(city):
        found[FlagKind.AREA] = home
    if said.consented and said.saved and submission.dossier_id is None:
        found[FlagKind.UNLINKED] = said.file_no
    return found


def _propose(
    submission: Submission, row: SubmissionVersion, said: Reading, arrival: _Arrival, *, doubtful: bool
) -> None:
    for older in DossierProposal.objects.filter(submission=submission, state=ProposalState.PENDING):
        states.move(older, to=ProposalState.SUPERSEDED, decided_at=arrival.at)
    if submission.dossier is None or said.consented is False:
        return
    propose(submission, submission.dossier, facts_of(said.saved), number=row.number)
    if not doubtful:
        apply_by_policy(submission, by=submission.collector or arrival.by)


@transaction.atomic
def link(submission: Submission, dossier: Dossier, *, by: Membership) -> None:
    """A reviewer knows whose answer it is; now it proposes. What it proposes waits for his verdict."""
    check_reviewer(by, submission)
    check_may(by, Right.DOSSIER_READ, dossier)
    if submission.dossier_id is not None:
        raise Refused(_("这份答卷已经知道是谁的了。"))
    if submission.consented is False:
        raise Refused(_("他没有同意留名，不能认是谁。"))
    submission.dossier = dossier
    submission.save(update_fields=["dossier"])
    audit.record("survey.linked", submission, by=by, on_behalf_of=dossier.person)
    row = submission.versions.select_related("raw", "version__market").latest("number")
    said = reading.read(row.version, reading.header_of(stored.content(row.raw))[0], submission.received_at)
    submission.flags.filter(kind=FlagKind.UNLINKED).delete()
    propose(submission, dossier, facts_of(said.saved), number=row.number)

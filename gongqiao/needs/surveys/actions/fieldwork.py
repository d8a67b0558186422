"""Campaigns, their waves, and who asks whom."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.surveys import rules
from gongqiao.needs.surveys.actions import sheets
from gongqiao.needs.surveys.enums import AttemptOutcome, CampaignState, FieldTaskState, Subject, VersionState
from gongqiao.needs.surveys.models import Attempt, Campaign, FieldTask, FormVersion, SheetDraft, Wave


@dataclass(frozen=True)
class CampaignFacts:
    title: str
    purpose: str
    consent_text: str
    anonymous_use: bool = False
    quota: int | None = None


@transaction.atomic
def start_campaign(facts: CampaignFacts, reviewers: Sequence[Membership], *, by: Membership) -> Campaign:
    """Somebody else than the collector reviews an answer, so at least one reviewer is named from the beginning."""
    check_may(by, Right.SURVEY_AUTHOR)
    for name in ("title", "purpose", "consent_text"):
        if not getattr(facts, name).strip():
            label = Campaign._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            raise Refused(_("请写“%(field)s”。") % {"field": label})
    _check_reviewers(reviewers, by)
    row = Campaign.objects.create(market=by.market, created_by=by, created_at=clock.now(), **facts.__dict__)
    row.reviewers.set(reviewers)
    audit.record("survey.campaign_started", row, by=by, reviewers=[reviewer.pk for reviewer in reviewers])
    return row


@transaction.atomic
def name_reviewers(campaign: Campaign, reviewers: Sequence[Membership], *, by: Membership) -> None:
    """Somebody left, or more hands are wanted: from now on these review, answers that came before included."""
    check_may(by, Right.SURVEY_AUTHOR, campaign)
    _check_reviewers(reviewers, by)
    campaign.reviewers.set(reviewers)
    audit.record("survey.reviewers_named", campaign, by=by, reviewers=[reviewer.pk for reviewer in reviewers])


def _check_reviewers(reviewers: Sequence[Membership], by: Membership) -> None:
    if not reviewers:
        raise Refused(_("请选谁来审答卷。"))
    for reviewer in reviewers:
        check_may(reviewer, Right.SURVEY_COLLECT)
        check_may(by, Right.SURVEY_AUTHOR, reviewer)


@transaction.atomic
def run(campaign: Campaign, *, by: Membership) -> None:
    check_may(by, Right.SURVEY_AUTHOR, campaign)
    if not campaign.waves.exists():
        raise Refused(_("还没有哪一轮，不能开始。"))
    states.move(campaign, to=CampaignState.RUNNING)
    audit.record("survey.campaign_running", campaign, by=by)


@transaction.atomic
def end(campaign: Campaign, *, by: Membership) -> int:
    """What nobody has asked yet is released; returns how many."""
    check_may(by, Right.SURVEY_AUTHOR, campaign)
    states.move(campaign, to=CampaignState.ENDED)
    left = FieldTask.objects.filter(
        wave__campaign=campaign, state__in=[FieldTaskState.OPEN, FieldTaskState.RESERVED]
    ).order_by("pk")
    released = list(left)
    for task in released:
        states.move(task, to=FieldTaskState.RELEASED)
    # what was begun on a page and never handed in is nobody's to keep; a paper that is being keyed was answered before
    sheets.drop(*SheetDraft.objects.filter(task__wave__campaign=campaign))
    audit.record("survey.campaign_ended", campaign, by=by, released=len(released))
    return len(released)


@transaction.atomic
def open_wave(campaign: Campaign, version: FormVersion, opens_on: date, closes_on: date, *, by: Membership) -> Wave:
    """The next round of a campaign, with a form that is in use."""
    check_may(by, Right.SURVEY_AUTHOR, campaign)
    check_may(by, Right.SURVEY_AUTHOR, version)
    if version.state != VersionState.PUBLISHED:
        raise Refused(_("这一版表没有发布，不能用来问人。"))
    if closes_on < opens_on:
        raise Refused(_("截止不能早过开始。"))
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if held.state == CampaignState.ENDED:
        raise Refused(_("这次调查已经结束。"))
    number = held.waves.count() + 1
    row = Wave.objects.create(
        market=by.market, campaign=held, number=number, version=version, opens_on=opens_on, closes_on=closes_on
    )
    audit.record("survey.wave_opened", row, by=by, number=number, version=version.version)
    return row


@transaction.atomic
def assign(
    wave: Wave,
    *,
    dossiers: Iterable[Dossier] = (),
    employers: Iterable[Employer] = (),
    cells: Iterable[str] = (),
    by: Membership,
) -> int:
    """Put people, employers or nameless places of a quota on the list of a wave; returns how many are new."""
    check_may(by, Right.SURVEY_AUTHOR, wave)
    people, firms, places = list(dossiers), list(employers), list(cells)
    subject = wave.version.form.subject
    if (people and subject == Subject.EMPLOYER) or (firms and subject != Subject.EMPLOYER):
        raise Refused(_("这张表不是问他们的。"))
    for thing in [*people, *firms]:
        check_may(by, Right.SURVEY_AUTHOR, thing)
    common = {"market": by.market, "wave": wave, "due": wave.closes_on}
    asked_before = set(wave.tasks.filter(employer__in=firms).values_list("employer_id", flat=True))
    rows = [
        *(FieldTask(dossier=dossier, **common) for dossier in people),
        *(FieldTask(employer=employer, **common) for employer in firms if employer.pk not in asked_before),
        *(FieldTask(cell=cell, **common) for cell in places),
    ]
    before = wave.tasks.count()
    FieldTask.objects.bulk_create(rows, ignore_conflicts=True)
    fresh = wave.tasks.count() - before
    audit.record("survey.assigned", wave, by=by, asked=len(rows), fresh=fresh)
    return fresh


@transaction.atomic
def follow_up(wave: Wave, people: Mapping[Dossier, date], collectors: Sequence[Membership], *, by: Membership) -> int:
    """Those whose time has come, each until his day, shared out so that every collector has as much to do; returns how
    many are new. Without a collector they wait for whoever takes them."""
    check_may(by, Right.AUTOMATE, wave)
    _check_open_wave(wave)
    load = Counter(FieldTask.objects.filter(state=FieldTaskState.RESERVED).values_list("collector", flat=True))
    rows = []
    for dossier, until in people.items():
        asks = min(collectors, key=lambda post: (load[post.pk], post.pk), default=None)
        state = FieldTaskState.OPEN if asks is None else FieldTaskState.RESERVED
        rows.append(FieldTask(market=by.market, wave=wave, dossier=dossier, due=until, collector=asks, state=state))
        if asks is not None:
            load[asks.pk] += 1
    before = wave.tasks.count()
    FieldTask.objects.bulk_create(rows, ignore_conflicts=True)
    fresh = wave.tasks.count() - before
    audit.record("survey.assigned", wave, by=by, channel="system", asked=len(rows), fresh=fresh)
    return fresh


@transaction.atomic
def set_out(wave: Wave, employer: Employer, *, by: Membership) -> FieldTask:
    """A collector goes to see an employer: on the list of the wave and taken on at once, again if he was asked in it
    before. His own task when he has it; Refused when a colleague is on his way."""
    check_may(by, Right.SURVEY_COLLECT, wave)
    check_may(by, Right.SURVEY_COLLECT, employer)
    if wave.version.form.subject != Subject.EMPLOYER:
        raise Refused(_("这张表不是问他们的。"))
    Wave.objects.select_for_update().get(pk=wave.pk)  # two at once: the second sees the first
    unfinished = [FieldTaskState.OPEN, FieldTaskState.RESERVED]
    task = (
        wave.tasks.filter(employer=employer, state__in=unfinished).select_related("collector", "wave__campaign").first()
    )
    if task is not None and task.collector is not None:
        if task.collector.pk != by.pk:
            raise Refused(_("%(who)s 已经接下了这家。") % {"who": task.collector.title})
        return task
    if task is None:
        task = FieldTask.objects.create(market=by.market, wave=wave, employer=employer, due=wave.closes_on)
    reserve(task, collector=by, by=by)
    return task


@transaction.atomic
def reserve(task: FieldTask, *, collector: Membership, by: Membership) -> None:
    """A collector takes somebody on, or is given him; a second collector is told that he is taken."""
    check_may(by, Right.SURVEY_COLLECT if collector.pk == by.pk else Right.SURVEY_AUTHOR, task)
    check_may(collector, Right.SURVEY_COLLECT, task)
    _check_open(task)
    states.move(task, to=FieldTaskState.RESERVED, collector=collector)
    audit.record("survey.reserved", task, by=by, collector=collector.pk)


@transaction.atomic
def give_back(task: FieldTask, *, by: Membership) -> None:
    """The collector cannot go after all: anybody may take it."""
    _check_mine(task, by)
    states.move(task, to=FieldTaskState.OPEN, collector=None)
    audit.record("survey.given_back", task, by=by)


@transaction.atomic
def attempt(task: FieldTask, outcome: AttemptOutcome, *, note: str = "", by: Membership) -> None:
    """A visit or call without an answer. Refused ends it; not found does on the third different day."""
    _check_mine(task, by)
    _check_open(task)
    if task.state != FieldTaskState.RESERVED:
        raise Refused(_("先接下这个人，再记结果。"))
    moment = clock.now()
    day = moment.astimezone(by.market.tz).date()
    Attempt.objects.create(
        market=by.market, task=task, day=day, at=moment, by=by, outcome=outcome.value, note=note.strip()
    )
    days = task.attempts.filter(outcome=AttemptOutcome.NOT_FOUND).values("day").distinct().count()
    if outcome is AttemptOutcome.REFUSED:
        states.move(task, to=FieldTaskState.REFUSED)
    elif outcome is AttemptOutcome.NOT_FOUND and days >= rules.DAYS_OF_ATTEMPTS:
        states.move(task, to=FieldTaskState.NOT_FOUND)
    audit.record("survey.attempt", task, by=by, outcome=outcome.value)


def _check_mine(task: FieldTask, by: Membership) -> None:
    check_may(by, Right.SURVEY_COLLECT, task)
    if task.collector_id != by.pk and not by.may(Right.SURVEY_AUTHOR):
        raise Refused(_("这个人是别的同事在问。"))


def _check_open(task: FieldTask) -> None:
    _check_open_wave(task.wave)


def _check_open_wave(wave: Wave) -> None:
    if wave.campaign.state != CampaignState.RUNNING:
        raise Refused(_("这次调查没有在做。"))

"""Who is to be asked again, and how many of all who were placed answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Min, Q, QuerySet

from gongqiao.foundation.consent.models import ConsentRecord, Purpose
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.dossiers.enums import State
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.dossiers.queries import surviving
from gongqiao.needs.surveys.enums import CampaignState, FieldTaskState, VersionState
from gongqiao.needs.surveys.models import Campaign, FieldTask, Wave
from gongqiao.needs.surveys.statistics import Interval, wilson
from gongqiao.services.followup.rules import DAYS, GRACE
from gongqiao.services.placement.enums import CAME
from gongqiao.services.placement.models import Assignment

ASKS_NOT = (Purpose.MATCHING, Purpose.MESSAGES)  # whoever took one of these back is not called


@dataclass(frozen=True)
class Placed:
    """Of everybody whose day to be asked fell into the wave so far, asked or not."""

    placed: int
    asked: int
    answered: int

    @property
    def share(self) -> float:
        return self.answered / self.placed if self.placed else 0.0

    @property
    def rate(self) -> Interval | None:
        return wilson(self.answered, self.placed) if self.placed else None


def open_waves(day: date) -> QuerySet[Wave]:
    """Waves that ask again on `day`, in the market in scope."""
    found: QuerySet[Wave] = Wave.objects.filter(
        version__form__code__in=DAYS,
        version__state=VersionState.PUBLISHED,
        campaign__state=CampaignState.RUNNING,
        opens_on__lte=day,
        closes_on__gte=day,
    )
    return found.select_related("campaign", "version__form", "market").order_by("pk")


def first_days(market: Market, first: date, last: date) -> dict[Dossier, date]:
    """Whose first day of work was from `first` to `last`, under the file that stands for him now."""
    here = _came().filter(starts_at__gte=_midnight(market, first), starts_at__lt=_midnight(market, last, more=1))
    files = Dossier.objects.filter(pk__in=here.values("dossier")).select_related("person", "merged_into__person")
    people = {surviving(row) for row in files}
    begun = _begun(people)
    days = {row: begun[row.pk].astimezone(market.tz).date() for row in people}
    return {row: day for row, day in sorted(days.items(), key=lambda each: each[0].pk) if first <= day <= last}


def _begun(people: Iterable[Dossier]) -> dict[int, datetime]:
    """The first time each came, also under the files that were merged into his."""
    own = {row.pk: row.pk for row in people}
    inside = set(own)
    while inside:
        merged = Dossier.objects.filter(state=State.MERGED, merged_into__in=inside).values_list("pk", "merged_into")
        found = {spare: own[into] for spare, into in merged if into is not None and spare not in own}
        own |= found
        inside = set(found)
    begun: dict[int, datetime] = {}
    for dossier, at in _came().filter(dossier__in=own).values_list("dossier").annotate(at=Min("starts_at")).order_by():
        whose = own[dossier]
        begun[whose] = min(at, begun.get(whose, at))
    return begun


def _came() -> QuerySet[Assignment]:
    found: QuerySet[Assignment] = Assignment.objects.filter(state__in=CAME)
    return found


def _midnight(market: Market, day: date, *, more: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=more), time(0), market.tz)


def to_ask(wave: Wave, day: date) -> dict[Dossier, date]:
    """Who is to be asked in this wave on `day` and is on no list of this form yet, with his first day of work; nobody
    whose file is another's by now, nobody who took his consent back."""
    after = timedelta(days=DAYS[wave.version.form.code])
    placed = first_days(wave.market, max(wave.opens_on, day - GRACE) - after, day - after)
    listed = _listed(wave)
    silent = _silent(row.person_id for row in placed)
    return {
        row: first
        for row, first in placed.items()
        if row.state != State.MERGED and row.pk not in listed and row.person_id not in silent
    }


def _listed(wave: Wave) -> set[int]:
    """Files on any list of this form, in whichever wave, by the file that stands for each now."""
    asked = FieldTask.objects.filter(wave__version__form=wave.version.form_id, dossier__isnull=False)
    files = Dossier.objects.filter(pk__in=asked.values("dossier")).select_related("merged_into")
    return {surviving(row).pk for row in files}


def _silent(people: Iterable[UUID]) -> set[UUID]:
    """Who took back what he had agreed to, for one of the purposes that a call needs."""
    records = ConsentRecord.objects.filter(person__in=set(people), text__purpose__in=ASKS_NOT)
    said = records.values_list("person", "text__purpose", "withdrawn_at")
    stands = {(person, purpose) for person, purpose, withdrawn in said if withdrawn is None}
    return {person for person, purpose, _withdrawn in said if (person, purpose) not in stands}


def collectors(campaign: Campaign, day: date) -> list[Membership]:
    """Who asks: posts of the day that may, but for those who review what is brought in; all of them where everybody
    reviews."""
    held = Membership.objects.filter(withdrawn_at=None).select_related("market").order_by("pk")
    posts = [post for post in held if post.is_current(day) and post.may(Right.SURVEY_COLLECT)]
    reviewers = set(campaign.reviewers.values_list("pk", flat=True))
    return [post for post in posts if post.pk not in reviewers] or posts


def placed(actor: Membership, wave: Wave, day: date) -> Placed | None:
    """None for a wave of another form; figures for whoever may see statistics."""
    if wave.version.form.code not in DAYS or not actor.may(Right.SURVEY_RESULTS):
        return None
    after = timedelta(days=DAYS[wave.version.form.code])
    people = first_days(wave.market, wave.opens_on - after, min(day, wave.closes_on) - after)
    tasks = wave.tasks.exclude(state=FieldTaskState.RELEASED).filter(_of(people))
    return Placed(len(people), tasks.count(), tasks.filter(state=FieldTaskState.DONE).count())


def _of(people: Iterable[Dossier]) -> Q:
    keys = [row.pk for row in people]
    return Q(dossier__in=keys) | Q(dossier__merged_into__in=keys)

"""Who may be told of new work at all, when, and how often yet: read once for all that a round looks for."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Max

from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify.enums import Kind
from gongqiao.foundation.notify.planning import Rest, settings_of
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement.enums import ENDED
from gongqiao.services.placement.models import Assignment
from gongqiao.services.recommending.enums import Said
from gongqiao.services.recommending.models import Recommendation

REMEMBERED = timedelta(days=30)  # of two who fit about as well, he who was told longest ago is told


class People:
    """Those of the market in scope who look for work, as of `moment`."""

    def __init__(self, market: Market, moment: datetime) -> None:
        rows = Dossier.objects.looking().values_list("pk", "person_id", "personalised")
        self.market, self.moment = market, moment
        self.most = settings_of(market).pushes_a_day
        self.rest = Rest(market, moment, Kind.SUGGEST)
        self.persons = {dossier: person for dossier, person, _personal in rows}
        self.never = frozenset(
            dossier for dossier, person, personal in rows if not personal or person in self.rest.muted
        )
        told = Recommendation.objects.filter(called_off_at=None)
        self._used: dict[tuple[int, date], set[int]] = defaultdict(set)
        for dossier, day, nth in told.filter(day__gte=self._day(moment)).values_list("dossier", "day", "nth"):
            self._used[dossier, day].add(nth)
        lately = told.filter(at__gt=moment - REMEMBERED).values_list("dossier")
        self.last_told: dict[int, datetime] = dict(lately.annotate(last=Max("at")))

    def tell_at(self, dossier: int) -> datetime:
        """Now, or when his quiet hours are over."""
        return self.rest.over_at(self.persons[dossier])

    def day_of(self, dossier: int) -> date:
        return self._day(self.tell_at(dossier))

    def room(self, dossier: int) -> int:
        """How often he may still be told on the day on which he would be."""
        return max(0, self.most - len(self._used.get((dossier, self.day_of(dossier)), ())))

    def take(self, dossier: int) -> int:
        """Which of his day this one is: the first, the second, …"""
        used = self._used[dossier, self.day_of(dossier)]
        nth = next(number for number in range(1, self.most + 1) if number not in used)
        used.add(nth)
        return nth

    def too_late(self, until: datetime) -> frozenset[int]:
        """Those whose quiet hours last until it is no use any more."""
        return frozenset(dossier for dossier in self.persons if self.tell_at(dossier) >= until)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.market.tz).date()


def known_of(postings: Iterable[int]) -> dict[int, set[int]]:
    """By posting: who was told of it, put his name down, was asked or sent, whatever came of it."""
    wanted = list(postings)
    found: dict[int, set[int]] = defaultdict(set)
    told = Recommendation.objects.filter(posting__in=wanted, called_off_at=None)
    for posting, dossier in told.values_list("posting", "dossier"):
        found[posting].add(dossier)
    held = Assignment.objects.filter(shift__posting__in=wanted).values_list("shift__posting", "dossier")
    for posting, dossier in held:
        found[posting].add(dossier)
    return found


def still_told(shifts: Iterable[int]) -> dict[int, int]:
    """By shift: how many were told of it before and have not said no, here or to an offer."""
    rows = Recommendation.objects.filter(shift__in=list(shifts), called_off_at=None).exclude(said=Said.NO)
    told = {(shift, dossier) for shift, dossier in rows.values_list("shift", "dossier")}
    ended = Assignment.objects.filter(shift__in={shift for shift, _dossier in told}, state__in=ENDED)
    found: dict[int, int] = defaultdict(int)
    for shift, _dossier in told - set(ended.values_list("shift", "dossier")):
        found[shift] += 1
    return found

"""Who may be told of new work at all, when, and how often yet: read once for all that a round looks for.

What was told under a file that was merged into another counts as told under that one: it is one human's day.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Max

from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify.enums import Kind
from gongqiao.foundation.notify.planning import Rest, settings_of
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.dossiers.queries import survivors
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
        told, whose = Recommendation.objects.filter(called_off_at=None), survivors()
        self._used: dict[tuple[int, date], list[int]] = defaultdict(list)
        for dossier, day, nth in told.filter(day__gte=self._day(moment)).values_list("dossier", "day", "nth"):
            self._used[whose.get(dossier, dossier), day].append(nth)
        self.last_told: dict[int, datetime] = {}
        lately = told.filter(at__gt=moment - REMEMBERED).values_list("dossier")
        for dossier, last in lately.annotate(last=Max("at")):
            file = whose.get(dossier, dossier)
            self.last_told[file] = max(last, self.last_told.get(file, last))

    def tell_at(self, dossier: int) -> datetime:
        """Now, or when his quiet hours are over."""
        return self.rest.over_at(self.persons[dossier])

    def day_of(self, dossier: int) -> date:
        return self._day(self.tell_at(dossier))

    def room(self, dossier: int) -> int:
        """How often he may still be told on the day on which he would be."""
        return max(0, self.most - len(self._used.get((dossier, self.day_of(dossier)), ())))

    def take(self, dossier: int) -> int:
        """Which of his day this one is: the first, the second, … Two files merged that day have a first each, so that
        a number may be free that is less than how many he was told; never more than the market's."""
        used = self._used[dossier, self.day_of(dossier)]
        nth = next(number for number in range(1, self.most + 1) if number not in used)
        used.append(nth)
        return nth

    def too_late(self, until: datetime) -> frozenset[int]:
        """Those whose quiet hours last until it is no use any more."""
        return frozenset(dossier for dossier in self.persons if self.tell_at(dossier) >= until)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.market.tz).date()


def known_of(postings: Iterable[int]) -> dict[int, set[int]]:
    """By posting: who was told of it, put his name down, was asked or sent, whatever came of it."""
    wanted, whose = list(postings), survivors()
    found: dict[int, set[int]] = defaultdict(set)
    told = Recommendation.objects.filter(posting__in=wanted, called_off_at=None)
    for posting, dossier in told.values_list("posting", "dossier"):
        found[posting].add(whose.get(dossier, dossier))
    held = Assignment.objects.filter(shift__posting__in=wanted).values_list("shift__posting", "dossier")
    for posting, dossier in held:
        found[posting].add(whose.get(dossier, dossier))
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

"""Which line a message takes next: the person's wish, the market's lines, what was tried, the hour, the money.

A person of the staff stands at the end of every order, so that nobody is told nothing in silence.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django_scopes import scope

from gongqiao.foundation.consent.models import ConsentRecord, Purpose
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify.channels import Line, line
from gongqiao.foundation.notify.enums import MUTABLE, URGENT, Kind, Quiet, Result
from gongqiao.foundation.notify.models import Attempt, LineSettings, Message, Preference

Wishes = Callable[[int, set[UUID]], dict[UUID, str]]  # market, people -> the line that each named at the desk
TRIED = (Result.SENT, Result.LISTED, Result.MISSED, Result.REACHED, Result.FAILED)
LEAST_SILENCE, SHARE = timedelta(minutes=2), 0.35
_source: list[Wishes] = []
_standing: dict[str, Callable[[Message], bool]] = {}


def wishes_come_from(source: Wishes) -> None:
    """The path that knows people's files says what they wish (needs.dossiers); the last to say so counts."""
    _source[:] = [source]


def stands_by(kind: Kind, still: Callable[[Message], bool]) -> None:
    """The path that writes messages of a kind says, when one is about to be told, whether there is still reason to."""
    _standing[kind] = still


def stands(message: Message) -> bool:
    return message.kind not in _standing or _standing[message.kind](message)


@dataclass(frozen=True)
class Passed:
    """A line that was not taken, and why; `capped`: the money was used up."""

    line: str
    why: str
    capped: bool = False


@dataclass(frozen=True)
class Choice:
    """The line to take, or when to look again, or neither: no line is left. `passed`: lines not taken, and why."""

    line: Line | None = None
    wait: datetime | None = None
    passed: list["Passed"] = field(default_factory=list)


def silence_until(moment: datetime, expires_at: datetime) -> datetime:
    """How long a machine's message may go unanswered: a share of the time there is."""
    return moment + max(LEAST_SILENCE, (expires_at - moment) * SHARE)


def is_quiet(at: time, begins: time, ends: time) -> bool:
    """Half-open, over midnight when it begins later than it ends; equal ends are no quiet at all."""
    return begins <= at < ends if begins <= ends else at >= begins or at < ends


def quiet_end(moment: datetime, market: Market, hours: tuple[time, time] | None) -> datetime | None:
    """When the quiet hours that `moment` falls into are over; None outside them."""
    local = moment.astimezone(market.tz)
    if hours is None or not is_quiet(local.time(), *hours):
        return None
    end = local.replace(hour=hours[1].hour, minute=hours[1].minute, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)


def spent(market_id: int, moment: datetime, market: Market) -> tuple[int, int]:
    """Fen of this day and of this month, in the market's zone."""
    day = moment.astimezone(market.tz).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Attempt.objects.filter(market_id=market_id, cost_fen__gt=0)
    sums = rows.filter(at__gte=day.replace(day=1)).aggregate(
        month=Sum("cost_fen", default=0), day=Sum("cost_fen", default=0, filter=Q(at__gte=day))
    )
    return sums["day"], sums["month"]


class Rest:
    """For whoever writes to many at once: who in the market wants none of a kind, and until when each one rests."""

    def __init__(self, market: Market, moment: datetime, kind: Kind) -> None:
        self._market, self._moment, self._house = market, moment, settings_of(market)
        self._preferences = {row.person_id: row for row in Preference.objects.filter(market=market)}
        self.muted = {person for person, row in self._preferences.items() if kind in row.no_kinds}
        self._usual = self._over(None)

    def over_at(self, person: UUID) -> datetime:
        """The moment itself outside his quiet hours."""
        preference = self._preferences.get(person)
        return self._usual if preference is None else self._over(preference)

    def _over(self, preference: Preference | None) -> datetime:
        return quiet_end(self._moment, self._market, hours_of(preference, self._house)) or self._moment


def hours_of(preference: Preference | None, house: LineSettings) -> tuple[time, time] | None:
    """When machines may not disturb him; None: never."""
    if preference is not None and preference.quiet == Quiet.NEVER:
        return None
    if preference is not None and preference.quiet_from and preference.quiet_to and preference.quiet == Quiet.OWN:
        return preference.quiet_from, preference.quiet_to
    return house.quiet_from, house.quiet_to


def settings_of(market: Market) -> LineSettings:
    """Also for whoever has not signed in yet and stands in no market."""
    with scope(market=market):
        return LineSettings.objects.filter(market=market).first() or LineSettings(market=market, machines=["wechat"])


def code_line(market: Market) -> str:
    """A sign-in code goes by text where this market has that line, else to the operator's terminal; to no person."""
    text = "sms" in settings_of(market).machines and _known("sms") and line("sms").ready()
    return "sms" if text else "console"


class Book:
    """All that choosing needs for a round of messages, read at once."""

    def __init__(self, messages: Iterable[Message]) -> None:
        rows = list(messages)
        markets = {row.market_id: row.market for row in rows}
        people: dict[int, set[UUID]] = defaultdict(set)
        for row in rows:
            if row.person_id is not None:
                people[row.market_id].add(row.person_id)
        everybody = set().union(*people.values()) if people else set()
        self.settings = {pk: settings_of(market) for pk, market in markets.items()}
        self.wishes = {pk: _source[0](pk, found) if _source else {} for pk, found in people.items()}
        preferences = Preference.objects.filter(market__in=markets, person__in=everybody)
        self.preferences = {(row.market_id, row.person_id): row for row in preferences}
        self.silent = _silent(everybody)
        self.tried: dict[UUID, set[str]] = defaultdict(set)
        again = [row.pk for row in rows if row.channel]
        for pk, name in Attempt.objects.filter(message__in=again, result__in=TRIED).values_list("message", "line"):
            self.tried[pk].add(name)
        self.spent: dict[int, tuple[int, int]] = {}

    def muted(self, message: Message) -> bool:
        preference = self._preference(message)
        return preference is not None and message.kind in MUTABLE and message.kind in preference.no_kinds

    def _preference(self, message: Message) -> Preference | None:
        return self.preferences.get((message.market_id, message.person_id)) if message.person_id else None

    def order(self, message: Message) -> list[str]:
        """His wish first, then the market's machines, a call, a shout in the hall. Work must stop: a person first.

        A line that the operator has not set up is none: the manager's page says so once, no message says it each time.
        """
        wish = self.wishes.get(message.market_id, {}).get(message.person_id, "") if message.person_id else ""
        machines = [name for name in self.settings[message.market_id].machines if _known(name) and line(name).ready()]
        if wish in ("hall", "family"):
            order = [wish, "hall"]
        elif wish == "phone" or message.kind == Kind.STOP:
            order = ["phone", *machines, "hall"]
        else:
            machines.sort(key=lambda name: name != wish)
            order = [*machines, "phone", "hall"]
        if message.person_id in self.silent:
            order = ["hall"]
        return [name for name in dict.fromkeys(order) if name not in message.without]

    def choose(self, message: Message, moment: datetime) -> Choice:
        if message.fixed or (message.tries and message.channel):
            return Choice(line(message.channel))
        passed: list[Passed] = []
        for name in self.order(message):
            if name in self.tried[message.pk]:
                continue
            one = line(name)
            if (why := self._closed(one, message, moment)) is not None:
                passed.append(why)
                continue
            end = None if one.human else self._quiet_end(message, moment)
            if end is None:
                return Choice(one, passed=passed)
            if end < message.expires_at:
                return Choice(wait=end, passed=passed)
            passed.append(Passed(name, _("不发消息的时间里，等到能发就晚了")))
        return Choice(passed=passed)

    def _closed(self, one: Line, message: Message, moment: datetime) -> Passed | None:
        """Why this line cannot be taken now; None when it can."""
        preference = self._preference(message)
        if preference is not None and one.name in preference.no_lines:
            return Passed(one.name, _("本人不要走这条路"))
        if not one.reaches(message):
            return Passed(one.name, _("这条路找不到他"))
        if self.cost(one, message) and self._over(one, message, moment):
            return Passed(one.name, _("到花钱的上限了"), capped=True)
        return None

    def cost(self, one: Line, message: Message) -> int:
        """In fen."""
        return one.parts(message) * self.settings[message.market_id].text_fen

    def _over(self, one: Line, message: Message, moment: datetime) -> bool:
        limits = self.settings[message.market_id]
        if message.market_id not in self.spent:
            self.spent[message.market_id] = spent(message.market_id, moment, message.market)
        day, month = self.spent[message.market_id]
        cost = self.cost(one, message)
        return day + cost > limits.day_fen or month + cost > limits.month_fen

    def paid(self, message: Message, fen: int) -> None:
        if message.market_id in self.spent:
            day, month = self.spent[message.market_id]
            self.spent[message.market_id] = day + fen, month + fen

    def _quiet_end(self, message: Message, moment: datetime) -> datetime | None:
        if message.kind in URGENT:
            return None
        return quiet_end(moment, message.market, self.hours(message))

    def hours(self, message: Message) -> tuple[time, time] | None:
        return hours_of(self._preference(message), self.settings[message.market_id])


def _known(name: str) -> bool:
    """A line that was switched on, and whose folder this installation no longer has, is none."""
    try:
        return line(name).optional or not line(name).human
    except KeyError:
        return False


def _silent(people: set[UUID]) -> set[UUID]:
    """Who agreed to be called and messaged once, and took it back."""
    rows = ConsentRecord.objects.filter(person__in=people, text__purpose=Purpose.MESSAGES)
    said = list(rows.values_list("person", "withdrawn_at"))
    return {person for person, _at in said} - {person for person, at in said if at is None}

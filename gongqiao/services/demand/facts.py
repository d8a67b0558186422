"""What an employer's answer may change of a posting: each fact as it is said, as it stands, in words, and how the
posting's own actions write it. Values are JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.language import first_language
from gongqiao.foundation.money import PayUnit, pay_words
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.actions import PostingFacts, ShiftFacts
from gongqiao.needs.postings.enums import PayWhen, ShiftState
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.services.demand.enums import EndedWhy, Still
from gongqiao.services.placement.actions import endings

Write = Callable[[Posting, Any, Membership], None]
SHIFT_EVENTS = frozenset({"posting.shifts_added", "shift.cancelled"})


@dataclass(frozen=True)
class Fact:
    """`columns` and `events`: what in the log tells that somebody wrote there."""

    label: Any
    read: Callable[[Posting], Any]
    words: Callable[[Any], str]
    write: Write
    columns: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    once: bool = False  # what is so already cannot become so again, whatever the ground

    def stands(self, posting: Posting, value: Any) -> bool:
        """Nothing would change."""
        now = self.read(posting)
        return now == value or (self.once and now is not None)


def facts_of(said: Mapping[str, str]) -> dict[str, Any]:
    """Field → value of the answers that are such facts; an employer who wants nobody says nothing else."""
    if said.get("still") == Still.ENDED:
        why = said.get("ended_why", "")
        return {"ended": why if why in EndedWhy.values else EndedWhy.OTHER.value}
    read: dict[str, Any] = {
        "trade": said.get("trade") if said.get("trade") in catalogue().trades else None,
        "place": said.get("place", "").strip()[:120] or None,
        "pay": _pay(said),
        "pay_when": said.get("pay_when") if said.get("pay_when") in PayWhen.values else None,
        "days": _days(said),
        "hours": _hours(said),
        "headcount": _whole(said.get("headcount", ""), 500) or None,
    }
    return {name: value for name, value in read.items() if value is not None}


def new_work(facts: Mapping[str, Any], zone: tzinfo) -> tuple[PostingFacts, list[ShiftFacts]]:
    """What was said of work that nobody registered yet, as a draft: its days from now on, if hours and hands were told.
    Refused without a trade."""
    if "trade" not in facts:
        raise Refused(_("没说是什么工种，请在“新需求”里登记。"))
    name, pay = _trade_words(facts["trade"]), facts.get("pay")
    said = PostingFacts(
        trade=facts["trade"],
        title=name,
        content=name,
        pay_unit=pay["unit"] if pay else PayUnit.DAY.value,
        pay_fen=pay["fen"] if pay else None,
        pay_when=facts.get("pay_when", ""),
        place=facts.get("place", ""),
        valid_until=date.fromisoformat(facts["days"]["last"]) if "days" in facts else None,
    )
    return said, _new_shifts(facts, zone)


def _new_shifts(facts: Mapping[str, Any], zone: tzinfo) -> list[ShiftFacts]:
    if not {"days", "hours", "headcount"} <= facts.keys():
        return []
    first, last = (date.fromisoformat(facts["days"][end]) for end in ("first", "last"))
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    times = [_on(day, facts["hours"], zone) for day in span]
    return [
        ShiftFacts(begins, ends, facts["headcount"], facts["hours"]["break"])
        for begins, ends in times
        if begins > clock.now()
    ]


def _on(day: date, hours: Mapping[str, Any], zone: tzinfo) -> tuple[datetime, datetime]:
    """Of one day; what ends before it begins ends on the next."""
    begins, ends = time.fromisoformat(hours["begins"]), time.fromisoformat(hours["ends"])
    until = day if ends > begins else day + timedelta(days=1)
    return datetime.combine(day, begins, zone), datetime.combine(until, ends, zone)


def ahead(posting: Posting) -> list[Shift]:
    """Shifts still to begin, the first of them first."""
    moment = clock.now()
    open_ones = [row for row in posting.shifts.all() if row.state == ShiftState.OPEN and row.starts_at > moment]
    return sorted(open_ones, key=lambda row: (row.starts_at, row.pk))


def _pay(said: Mapping[str, str]) -> dict[str, Any] | None:
    try:
        fen = round(float(said.get("pay_yuan", "")) * 100)
    except (ValueError, OverflowError):
        return None
    unit = said.get("pay_unit")
    return {"fen": fen, "unit": unit} if 0 < fen <= 10_000_000 and unit in PayUnit.values else None


def _whole(text: str, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 and int(text) <= most else None


def _clock(text: str) -> str | None:
    try:
        return f"{time.fromisoformat(text[:5]):%H:%M}"
    except ValueError:
        return None


def _hours(said: Mapping[str, str]) -> dict[str, Any] | None:
    begins, ends = _clock(said.get("begins", "")), _clock(said.get("ends", ""))
    if begins is None or ends is None or begins == ends:
        return None
    return {"begins": begins, "ends": ends, "break": _whole(said.get("break_minutes", ""), 240) or 0}


def _days(said: Mapping[str, str]) -> dict[str, str] | None:
    many = _whole(said.get("days", ""), 365)
    try:
        first = date.fromisoformat(said.get("first_day", "")[:10])
    except ValueError:
        return None
    return _span(first, first + timedelta(days=many - 1)) if many else None


def _span(first: date, last: date) -> dict[str, str]:
    return {"first": first.isoformat(), "last": last.isoformat()}


def _one(values: list[Any]) -> Any:
    """What all agree on; the list of what there is when they do not; None when there is nothing."""
    found = [value for at, value in enumerate(values) if value not in values[:at]]
    return found[0] if len(found) == 1 else found or None


def _read_headcount(posting: Posting) -> Any:
    return _one([shift.headcount for shift in ahead(posting)])


def _read_hours(posting: Posting) -> Any:
    zone = posting.market.tz
    return _one(
        [
            {
                "begins": f"{shift.starts_at.astimezone(zone):%H:%M}",
                "ends": f"{shift.ends_at.astimezone(zone):%H:%M}",
                "break": shift.break_minutes,
            }
            for shift in ahead(posting)
        ]
    )


def _read_days(posting: Posting) -> Any:
    zone = posting.market.tz
    days = [shift.starts_at.astimezone(zone).date() for shift in ahead(posting)]
    return _span(days[0], days[-1]) if days else None


def _write_days(posting: Posting, value: Any, by: Membership) -> None:
    """Each day from the first to the last; those outside are taken back and their people told. Hours and hands are
    those of the last day that was registered."""
    zone, moment = posting.market.tz, clock.now()
    first, last = date.fromisoformat(value["first"]), date.fromisoformat(value["last"])
    known = list(posting.shifts.filter(state=ShiftState.OPEN).order_by("starts_at", "pk"))
    if not known:
        raise Refused(_("这条没有班次，请在需求页上加。"))
    newest = known[-1].starts_at.astimezone(zone).date()
    pattern = [shift for shift in known if shift.starts_at.astimezone(zone).date() == newest]
    held = {shift.starts_at.astimezone(zone).date() for shift in known}
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    more = [_moved(shift, day - newest) for day in span if day not in held for shift in pattern]
    postings.add_shifts(posting, [each for each in more if each.starts_at > moment], by=by)
    with first_language():  # it is told to whoever was coming
        why = _("用工方改了日子")
    for shift in known:
        if shift.starts_at > moment and not first <= shift.starts_at.astimezone(zone).date() <= last:
            endings.cancel_shift(_fresh(shift), by=by, reason=why)
    if posting.valid_until is not None and posting.valid_until < last:
        postings.change(posting, {"valid_until": last}, by=by)


def _moved(shift: Shift, by: timedelta) -> ShiftFacts:
    return ShiftFacts(shift.starts_at + by, shift.ends_at + by, shift.headcount, shift.break_minutes, shift.at_least)


def _fresh(shift: Shift) -> Shift:
    return Shift.objects.select_related("posting__employer", "posting__market", "market").get(pk=shift.pk)


def _write_hours(posting: Posting, value: Any, by: Membership) -> None:
    """Each day ahead gets a shift of the new hours; the old one is taken back and its people told."""
    zone, shifts = posting.market.tz, _some_ahead(posting)
    days = [shift.starts_at.astimezone(zone).date() for shift in shifts]
    if len(set(days)) < len(days):
        raise Refused(_("这条一天有几个班，请在需求页上一个一个改。"))
    added, moved = [], []
    for shift, day in zip(shifts, days, strict=True):
        start, end = _on(day, value, zone)
        if start > clock.now():  # today's stays as it is when its new hour has passed
            added.append(ShiftFacts(start, end, shift.headcount, value["break"], shift.at_least))
            moved.append(shift)
    if not moved:
        raise Refused(_("新的钟点今天已经过了，往后也没有班次。"))
    postings.add_shifts(posting, added, by=by)
    with first_language():
        why = _("用工方改了钟点")
    for shift in moved:
        endings.cancel_shift(_fresh(shift), by=by, reason=why)


def _write_headcount(posting: Posting, value: Any, by: Membership) -> None:
    for shift in _some_ahead(posting):
        if shift.headcount != value:
            fresh = _fresh(shift)
            if fresh.at_least > value:  # fewer are wanted than were needed at least: these are all
                postings.set_at_least(fresh, value, by=by)
            postings.set_headcount(fresh, value, by=by)


def _some_ahead(posting: Posting) -> list[Shift]:
    found = ahead(posting)
    if not found:
        raise Refused(_("这条没有往后的班次，先定日子。"))
    return found


def _column(name: str) -> Write:
    return lambda posting, value, by: _changed(posting, {name: value}, by)


def _changed(posting: Posting, values: dict[str, Any], by: Membership) -> None:
    postings.change(posting, values, by=by)


def _words_of(one: Callable[[Any], str]) -> Callable[[Any], str]:
    """A list is what stands in several shifts."""

    def words(value: Any) -> str:
        if value in (None, ""):
            return _("没说")
        said: str = _("、").join(one(each) for each in value) if isinstance(value, list) else one(value)
        return said

    return words


def _hours_words(value: dict[str, Any]) -> str:
    said: str = _("%(begins)s 到 %(ends)s") % value
    return said + _("，中间歇 %(break)s 分钟") % value if value["break"] else said


def _days_words(value: Any) -> str:
    first, last = date.fromisoformat(value["first"]), date.fromisoformat(value["last"])
    told = {"first": f"{first:%m-%d}", "last": f"{last:%m-%d}"}
    return _("%(first)s 一天") % told if first == last else _("%(first)s 到 %(last)s") % told


def _trade_words(value: Any) -> str:
    known = catalogue().trades
    return known[value].name if value in known else str(value)


FACTS: Mapping[str, Fact] = {  # in the order in which they are written
    "ended": Fact(
        _l("还要不要人"),
        lambda posting: EndedWhy.OTHER.value if posting.state == "closed" else None,
        lambda value: _("要人") if value is None else _("不要了：%(why)s") % {"why": EndedWhy(value).label},
        lambda posting, value, by: _close(posting, value, by),
        events=frozenset({"posting.closed", "posting.finished"}),
        once=True,
    ),
    "trade": Fact(
        _l("工种"),
        lambda posting: posting.trade,
        _words_of(_trade_words),
        _column("trade"),
        columns=frozenset({"trade"}),
    ),
    "place": Fact(
        _l("详细地点"),
        lambda posting: posting.place or None,
        _words_of(str),
        _column("place"),
        columns=frozenset({"place"}),
    ),
    "pay": Fact(
        _l("工钱"),
        lambda posting: None if posting.pay_fen is None else {"fen": posting.pay_fen, "unit": posting.pay_unit},
        _words_of(lambda value: pay_words(value["fen"], value["unit"])),
        lambda posting, value, by: _changed(posting, {"pay_fen": value["fen"], "pay_unit": value["unit"]}, by),
        columns=frozenset({"pay_fen", "pay_unit"}),
    ),
    "pay_when": Fact(
        _l("什么时候给钱"),
        lambda posting: posting.pay_when or None,
        _words_of(lambda value: str(PayWhen(value).label)),
        _column("pay_when"),
        columns=frozenset({"pay_when"}),
    ),
    "days": Fact(_l("哪几天"), _read_days, _words_of(_days_words), _write_days, events=SHIFT_EVENTS),
    "hours": Fact(_l("几点到几点"), _read_hours, _words_of(_hours_words), _write_hours, events=SHIFT_EVENTS),
    "headcount": Fact(
        _l("一天要几个人"),
        _read_headcount,
        _words_of(lambda value: _("%(many)s 人") % {"many": value}),
        _write_headcount,
        events=SHIFT_EVENTS | {"shift.headcount"},
    ),
}


def _close(posting: Posting, value: Any, by: Membership) -> None:
    endings.close_posting(posting, by=by, reason=str(EndedWhy(value).label))

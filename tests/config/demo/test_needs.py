"""The demo's needs: the counts asked for, true flaws, hard cases, and a market that can nearly all be filled."""

from collections import Counter
from datetime import timedelta

import pytest

from gongqiao.config.demo.employers import DemoEmployer, employers
from gongqiao.config.demo.needs import DAY_MINUTES, DemoPosting, DemoShift, needs
from gongqiao.config.demo.people import DemoPerson, people
from gongqiao.config.demo.source import DEMO_DAY, metres, places, read
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.needs.postings.enums import Method, PayUnit, PayWhen

FIRST = DEMO_DAY - timedelta(days=29)
TOMORROW = DEMO_DAY + timedelta(days=1)


@pytest.fixture(scope="module")
def bosses() -> list[DemoEmployer]:
    return employers(7, 180)


@pytest.fixture(scope="module")
def postings(bosses: list[DemoEmployer]) -> list[DemoPosting]:
    return needs(7, bosses, FIRST, 30)


@pytest.fixture(scope="module")
def tomorrow(postings: list[DemoPosting]) -> list[DemoPosting]:
    return [posting for posting in postings if posting.shifts[0].day == TOMORROW]


def test_tomorrow_has_exactly_150_shifts_and_about_460_seats(tomorrow: list[DemoPosting]) -> None:
    assert sum(len(posting.shifts) for posting in tomorrow) == 150
    assert sum(posting.seats for posting in tomorrow) == pytest.approx(460, abs=25)


def test_history_fills_thirty_days_and_does_not_reach_tomorrow(postings: list[DemoPosting]) -> None:
    days = Counter(s.day for p in postings for s in p.shifts)
    assert set(days) == {FIRST + timedelta(days=n) for n in range(31)}
    assert {p.flaw for p in postings if p.shifts[0].day <= DEMO_DAY} == {None}


def test_some_shifts_run_past_midnight(tomorrow: list[DemoPosting]) -> None:
    night = [s for p in tomorrow for s in p.shifts if s.end > DAY_MINUTES]
    assert 3 <= len(night) <= 30


def test_six_percent_are_flawed_each_in_its_own_way_and_unverified(tomorrow: list[DemoPosting]) -> None:
    flawed = [posting for posting in tomorrow if posting.flaw]
    assert len(flawed) == 9
    assert len({posting.flaw for posting in flawed}) == 9
    assert Counter(posting.flaw_kind for posting in flawed) == {"missing": 3, "lint": 3, "verify": 3}
    assert {(p.verify_method, p.verify_note) for p in flawed} == {(None, None)}
    assert None not in {p.verify_method for p in tomorrow if not p.flaw}


def test_every_flaw_of_the_data_can_be_made(bosses: list[DemoEmployer]) -> None:
    rows = needs(7, bosses, FIRST, 0, tomorrow_shifts=200, flawed_share=0.5)
    by_flaw = {posting.flaw: posting for posting in rows if posting.flaw}
    assert set(by_flaw) == {flaw["code"] for flaw in read("needs")["flaws"]}
    assert by_flaw["no-content"].content is None
    assert by_flaw["no-meeting-point"].meeting_point is None
    assert by_flaw["no-pay-when"].pay_when is None
    assert (by_flaw["low-month-pay"].pay_fen, by_flaw["low-month-pay"].pay_unit) == (150_000, "month")
    assert by_flaw["low-month-pay"].fen_per_hour is None
    long_day = by_flaw["long-day"].shifts[0]
    assert (long_day.start, long_day.end, long_day.paid_minutes) == (360, 1290, 900)
    assert by_flaw["insurance-later"].insurance == "试用期过后再买保险"


def test_an_unflawed_posting_lacks_no_statutory_fact(postings: list[DemoPosting]) -> None:
    for p in postings:
        if not p.flaw:
            facts = (p.content, p.conditions, p.community, p.meeting_point, p.pay_fen, p.pay_when, p.valid_until)
            assert all(facts), p.index


def test_pay_stands_in_the_usual_range_of_the_trade(postings: list[DemoPosting]) -> None:
    for p in postings:
        if p.flaw != "low-month-pay":
            pay = catalogue().trades[p.trade].pay
            assert pay.low_fen <= p.pay_fen <= pay.high_fen + 2000, p.index
            assert p.pay_unit == pay.unit


def test_words_and_references_are_those_of_the_product(postings: list[DemoPosting]) -> None:
    assert {p.pay_unit for p in postings} <= set(PayUnit.values)
    assert {p.pay_when for p in postings} - {None} <= set(PayWhen.values)
    assert {p.verify_method for p in postings} - {None} <= set(Method.values)
    assert {p.community for p in postings} <= set(places())
    assert {c for p in postings for c in p.certificates} <= set(catalogue().certificates)


def test_a_posting_holds_until_its_last_shift_and_was_entered_before(postings: list[DemoPosting]) -> None:
    for p in postings:
        assert p.valid_until == p.shifts[-1].day
        assert p.entered < p.shifts[0].day


def test_two_shifts_of_one_posting_do_not_overlap(postings: list[DemoPosting]) -> None:
    for p in postings:
        spans = [
            ((s.day - FIRST).days * DAY_MINUTES + s.start, (s.day - FIRST).days * DAY_MINUTES + s.end) for s in p.shifts
        ]
        assert all(end <= start for (_, end), (start, _) in zip(spans, spans[1:], strict=False)), p.index


def test_texts_fit_the_products_columns(postings: list[DemoPosting]) -> None:
    limits = {
        "title": 60,
        "content": 1000,
        "conditions": 500,
        "meeting_point": 120,
        "verify_note": 200,
        "insurance": 120,
    }
    for p in postings:
        assert {name for name, most in limits.items() if len(getattr(p, name) or "") > most} == set(), p.index


def test_the_same_seed_gives_the_same_needs_and_another_seed_others(
    bosses: list[DemoEmployer], postings: list[DemoPosting]
) -> None:
    assert needs(7, bosses, FIRST, 30) == postings
    assert needs(8, bosses, FIRST, 30) != postings


def test_needs_without_employers_are_refused() -> None:
    with pytest.raises(ValueError, match="no employer of a kind"):
        needs(7, [], FIRST, 1)


def test_nine_of_ten_seats_can_be_filled_and_some_stay_open(tomorrow: list[DemoPosting]) -> None:
    """By a plain maximum matching, one shift a worker; distances by the demo's own points."""
    workers = people(7, 2000)
    shifts = [(p, s) for p in tomorrow if not p.flaw for s in p.shifts]
    fitting = [[w.index for w in workers if may_do(w, p, s)] for p, s in shifts]
    filled = most_filled(fitting, [s.headcount for _, s in shifts])
    seats = sum(s.headcount for _, s in shifts)
    assert 0.90 <= sum(filled) / seats <= 0.97
    hard = [place for place, (posting, _) in enumerate(shifts) if posting.hard]
    assert sum(filled[place] for place in hard) < sum(shifts[place][1].headcount for place in hard)


def may_do(worker: DemoPerson, posting: DemoPosting, shift: DemoShift) -> bool:
    """The hard constraints, written once more and on their own."""
    rows = catalogue()
    able = any(
        skill.level >= posting.min_level and posting.trade in (skill.trade, *rows.ancestors(skill.trade))
        for skill in worker.skills
    )
    if not able or worker.home is None or worker.week is None or (worker.identity is None and not worker.birth_told):
        return False
    valid = [c for c in worker.certificates if c.expires is None or c.expires >= shift.day]
    held = {lesser for c in valid for lesser in rows.stands_for(c.code)}
    hours = range(shift.start // 60, -(-shift.end // 60))
    free = all(worker.week[(shift.day.weekday() + h // 24) % 7] >> h % 24 & 1 for h in hours)
    near = worker.max_metres is None or metres(places()[worker.home], places()[posting.community]) <= worker.max_metres
    pay, floor = posting.fen_per_hour, worker.pay_floor_fen_per_hour
    return set(posting.certificates) <= held and free and near and (pay is None or floor is None or pay >= floor)


def most_filled(fitting: list[list[int]], seats: list[int]) -> list[int]:
    """Augmenting paths (Kuhn); how many seats of each shift are taken at the maximum."""
    holder: dict[int, int] = {}

    def find(shift: int, seen: set[int]) -> bool:
        for worker in fitting[shift]:
            if worker not in seen:
                seen.add(worker)
                if worker not in holder or find(holder[worker], seen):
                    holder[worker] = shift
                    return True
        return False

    for shift, count in enumerate(seats):
        for _ in range(count):
            if not find(shift, set()):
                break
    taken = Counter(holder.values())
    return [taken[shift] for shift in range(len(seats))]

"""Who is told of what: pure, without a market."""

from collections.abc import Sequence
from datetime import UTC, datetime

from gongqiao.engines.matching import Suggestion
from gongqiao.services.placement.matcher import PairAdvice
from gongqiao.services.recommending.rules import Picked, Wanted, pick

Scores = dict[int, dict[int, int]]  # shift -> person -> score


def picked(
    scores: Scores, wanted: list[Wanted], most: int = 2, last_told: dict[int, datetime] | None = None
) -> tuple[Picked, list[int]]:
    """What was picked, and how many were asked for each time."""
    asked: list[int] = []

    def ask(shift: int, many: int, without: frozenset[int]) -> Sequence[PairAdvice]:
        asked.append(many)
        best = sorted(scores[shift].items(), key=lambda item: (-item[1], item[0]))
        rows = [Suggestion(person, shift, score, 0) for person, score in best if person not in without]
        return [PairAdvice(row, None) for row in rows[:many]]  # type: ignore[arg-type]

    found = pick(wanted, ask, room=lambda person: most, last_told=last_told or {}, salt="day")
    return found, asked


def pairs(found: Picked) -> set[tuple[int, int]]:
    return {(one.shift, one.dossier) for one in found.picks}


def wanted(shift: int, people: int, barred: Sequence[int] = (), posting: int | None = None) -> Wanted:
    return Wanted(shift if posting is None else posting, shift, people, frozenset(barred))


def test_the_best_are_told_and_no_more_than_wanted() -> None:
    found, _asked = picked({1: {7: 900, 8: 500, 9: 100}}, [wanted(1, 2)])
    assert pairs(found) == {(1, 7), (1, 8)}
    assert [(one.dossier, one.place) for one in found.picks] == [(7, 1), (8, 2)]


def test_nobody_barred_is_told_and_the_next_takes_his_place() -> None:
    found, _asked = picked({1: {7: 900, 8: 500, 9: 100}}, [wanted(1, 2, barred=[7])])
    assert pairs(found) == {(1, 8), (1, 9)}


def test_where_the_cap_bites_the_best_pairs_stand_and_the_next_person_takes_the_place() -> None:
    scores = {1: {7: 900, 8: 100}, 2: {7: 800, 8: 100}, 3: {7: 700, 8: 100}}
    found, _asked = picked(scores, [wanted(shift, 1) for shift in (3, 1, 2)], most=2)
    assert pairs(found) == {(1, 7), (2, 7), (3, 8)}
    assert {shift: people for shift, people in found.capped.items() if people} == {3: {7}}


def test_one_posting_of_two_days_tells_a_person_once_of_his_better_day() -> None:
    scores = {1: {7: 500, 8: 100}, 2: {7: 900, 8: 400}}
    found, _asked = picked(scores, [wanted(1, 1, posting=5), wanted(2, 1, posting=5)])
    assert pairs(found) == {(2, 7), (1, 8)}


def test_of_two_about_as_good_the_one_told_longest_ago_comes_first() -> None:
    told = {7: datetime(2026, 11, 25, tzinfo=UTC), 8: datetime(2026, 11, 20, tzinfo=UTC)}
    found, _asked = picked({1: {7: 101, 8: 100}}, [wanted(1, 1)], last_told=told)
    assert pairs(found) == {(1, 8)}
    found, _asked = picked({1: {7: 200, 8: 100}}, [wanted(1, 1)], last_told=told)
    assert pairs(found) == {(1, 7)}


def test_a_whole_town_that_had_its_number_is_looked_through_in_few_questions() -> None:
    scores = {1: {person: 1000 - person for person in range(900)}, 2: dict.fromkeys(range(899, 901), 1)}
    found, asked = picked(scores, [wanted(1, 3)], most=0)
    assert (pairs(found), len(asked), len(found.capped[1])) == (set(), 7, 900)

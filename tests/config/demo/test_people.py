"""The demo's workers: shares of 国家统计局 within tolerance, valid references, same seed same rows."""

from collections import Counter
from datetime import date

import pytest

from gongqiao.config.demo.people import DemoPerson, age_on, home_of, people
from gongqiao.config.demo.source import DEMO_DAY, places
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.people.identity import check_identity_number
from gongqiao.needs.dossiers.enums import Channel, Concern, Evidence, Travel


@pytest.fixture(scope="module")
def workers() -> list[DemoPerson]:
    return people(7, 2000)


def share(rows: list[DemoPerson], hits: list[bool]) -> float:
    return sum(hits) / len(rows)


def test_ages_are_those_of_the_2024_report(workers: list[DemoPerson]) -> None:
    ages = [age_on(w.birth, DEMO_DAY) for w in workers]
    assert sum(ages) / len(ages) == pytest.approx(43.2, abs=1.0)
    assert share(workers, [age <= 40 for age in ages]) == pytest.approx(0.437, abs=0.035)
    assert share(workers, [age > 50 for age in ages]) == pytest.approx(0.316, abs=0.035)
    assert (min(ages) >= 16, max(ages) <= 68) == (True, True)


def test_women_are_37_6_percent(workers: list[DemoPerson]) -> None:
    assert share(workers, [not w.male for w in workers]) == pytest.approx(0.376, abs=0.035)


def test_schooling_is_that_of_the_2023_report(workers: list[DemoPerson]) -> None:
    counts = Counter(w.schooling for w in workers)
    wanted = {"未上过学": 0.008, "小学": 0.138, "初中": 0.521, "高中": 0.175, "大专及以上": 0.158}
    assert {name: counts[name] / 2000 for name in wanted} == pytest.approx(wanted, abs=0.035)


def test_seven_percent_have_no_phone_and_are_reached_another_way(workers: list[DemoPerson]) -> None:
    without = [w for w in workers if w.phone is None]
    assert len(without) / 2000 == pytest.approx(0.07, abs=0.02)
    assert {w.channel for w in without} == {"family", "none"}
    assert {bool(w.via) for w in without if w.channel == "family"} == {True}
    assert {w.channel for w in workers if w.phone} == {"phone", "sms", "wechat"}


def test_words_are_those_of_the_dossier(workers: list[DemoPerson]) -> None:
    assert {w.channel for w in workers} <= set(Channel.values)
    assert {w.travel for w in workers} <= set(Travel.values)
    assert {s.evidence for w in workers for s in w.skills} <= set(Evidence.values)
    assert {c for w in workers for c in w.concerns} <= set(Concern.values)


def test_identity_numbers_tell_the_drawn_birth_and_sex(workers: list[DemoPerson]) -> None:
    with_number = [w for w in workers if w.identity]
    assert len(with_number) / 2000 == pytest.approx(0.85, abs=0.03)
    for worker in with_number:
        assert worker.identity is not None
        facts = check_identity_number(worker.identity)
        assert (facts.birth, facts.sex_is_male) == (worker.birth, worker.male)
    assert len({w.identity for w in with_number}) == len(with_number)


def test_every_reference_exists(workers: list[DemoPerson]) -> None:
    rows = catalogue()
    assert {s.trade for w in workers for s in w.skills} <= set(rows.trades)
    assert {c.code for w in workers for c in w.certificates} <= set(rows.certificates)
    assert {t for w in workers for t in w.training} <= set(rows.trades)
    assert {w.home for w in workers if w.home} <= set(places())


def test_most_trades_have_somebody(workers: list[DemoPerson]) -> None:
    assert len({s.trade for w in workers for s in w.skills}) >= 78


def test_missing_facts_are_named_and_only_those(workers: list[DemoPerson]) -> None:
    for w in workers:
        gaps = {
            "identity": w.identity is None,
            "birth": w.identity is None and not w.birth_told,
            "home": home_of(w) is None,
            "week": w.week is None,
            "distance": w.max_metres is None,
            "pay_floor": w.pay_floor_fen_per_hour is None,
        }
        assert set(w.missing) == {fact for fact, gap in gaps.items() if gap}


def test_sixteen_and_seventeen_have_no_hazardous_trade(workers: list[DemoPerson]) -> None:
    young = [w for w in workers if age_on(w.birth, DEMO_DAY) < 18]
    assert young
    assert {catalogue().trades[s.trade].hazardous for w in young for s in w.skills} == {False}


def test_nobody_registered_before_sixteen(workers: list[DemoPerson]) -> None:
    assert min(age_on(w.birth, w.registered) for w in workers) >= 16
    assert max(w.registered for w in workers) <= DEMO_DAY


def test_hours_and_levels_and_floors_are_in_range(workers: list[DemoPerson]) -> None:
    assert {len(w.week) for w in workers if w.week} == {7}
    assert all(0 <= mask < 1 << 24 for w in workers if w.week for mask in w.week)
    assert {s.level for w in workers for s in w.skills} == {1, 2, 3}
    floors = [w.pay_floor_fen_per_hour for w in workers if w.pay_floor_fen_per_hour is not None]
    assert (min(floors) >= 1200, max(floors) <= 8000) == (True, True)


def test_some_certificates_have_run_out(workers: list[DemoPerson]) -> None:
    dated = [c for w in workers for c in w.certificates if c.expires]
    expired = [c for c in dated if c.expires and c.expires < DEMO_DAY]
    assert len(expired) / len(dated) == pytest.approx(0.05, abs=0.03)


def test_the_same_seed_gives_the_same_people_and_another_seed_others(workers: list[DemoPerson]) -> None:
    assert people(7, 300) == workers[:300]
    assert people(8, 300) != workers[:300]


def test_another_day_moves_the_births() -> None:
    assert people(7, 5, on=date(2024, 2, 29)) != people(7, 5)

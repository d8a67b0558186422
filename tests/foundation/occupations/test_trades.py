"""The trade catalogue: what is shipped is whole, and every rule of the file has its refusal."""

import csv
import gzip
import json
from importlib import resources
from typing import Any

import pytest

from gongqiao.foundation.occupations import trades
from gongqiao.foundation.occupations.trades import TradeDataError, catalogue, parse, usual_shift


def small() -> dict[str, Any]:
    shift = {"start": "20:00", "end": "06:00", "break_minutes": 60}
    trade = {
        "name_en": "",
        "occupation": "6-18-02-04",
        "group": "workshop",
        "hazards": [],
        "certificates": {"required": [], "helpful": []},
        "pay": {"low_fen": 2000, "high_fen": 2500, "unit": "hour"},
        "shifts": [shift],
    }
    paper = {"issuer": "", "law": "", "valid_months": 72, "review_months": None}
    return {
        "about": {"what": "a test"},
        "groups": [{"code": "workshop", "name": "车间", "name_en": "Workshop", "levels": ["一", "二", "三"]}],
        "hazards": [{"code": "burns", "name": "烧伤", "law": "第64条", "why": "热烧伤"}],
        "certificates": [
            {"code": "driving:c1", "name": "驾驶证C1", "implies": [], **paper},
            {"code": "driving:b2", "name": "驾驶证B2", "implies": ["driving:c1"], **paper},
        ],
        "trades": [
            {"code": "welder", "name": "焊工", "aliases": ["电焊"], "parent": None, **trade},
            {"code": "gas-welder", "name": "二保焊工", "aliases": [], "parent": "welder", **trade},
        ],
    }


def parsed(raw: dict[str, Any]) -> trades.TradeCatalogue:
    return parse(json.dumps(raw))


def test_the_shipped_catalogue_has_sixty_to_eighty_trades() -> None:
    assert 60 <= len(catalogue().trades) <= 80


def test_every_group_and_hazard_is_used() -> None:
    rows = catalogue()
    assert {t.group for t in rows.trades.values()} == set(rows.groups)
    assert {h for t in rows.trades.values() for h in t.hazards} == set(rows.hazards)


def test_the_special_work_certificates_are_thirty_two() -> None:
    special = [c for c in catalogue().certificates.values() if c.code.startswith("special:")]
    assert len({c.name for c in special}) == 32
    assert {c.law for c in special} == {"安全生产法第30条"}


@pytest.mark.parametrize(
    ("trade", "papers"),
    [
        ("welder", ("熔化焊接与热切割作业",)),
        ("gas-shield-welder", ("熔化焊接与热切割作业",)),
        ("spot-welder", ("压力焊作业",)),
        ("electrician", ("低压电工作业",)),
        ("forklift-driver", ("N1.叉车司机",)),
        ("scaffolder", ("登高架设作业",)),
        ("dishwasher", ("健康证（食品）",)),
        ("truck-driver", ("驾驶证B2", "道路货物运输从业资格证")),
        ("handler", ()),
        ("maternity-nurse", ()),
    ],
)
def test_the_papers_a_trade_requires(trade: str, papers: tuple[str, ...]) -> None:
    rows = catalogue()
    assert tuple(rows.certificates[code].name for code in rows.trades[trade].required) == papers


def test_a_paper_for_adults_closes_the_trade_to_sixteen() -> None:
    rows = catalogue()
    adult = ("special:", "equipment:", "driving:", "security:")
    for trade in rows.trades.values():
        if any(code.startswith(adult) for code in trade.required):
            assert trade.minimum_age == 18, trade.code


def test_sixteen_may_do_a_trade_without_hazard_and_the_refusal_names_the_law() -> None:
    rows = catalogue()
    assert (rows.trades["waiter"].minimum_age, rows.why_adult("waiter")) == (16, "")
    assert rows.trades["handler"].minimum_age == 18
    assert rows.why_adult("handler") == (
        "搬重物：连续负重每小时六次以上且每次超过20公斤，或者间断负重每次超过25公斤"
        "（劳动法第64条；未成年工特殊保护规定第3条第（十四）项）"
    )


@pytest.mark.parametrize(
    ("word", "code"), [("电焊", "welder"), (" CO2焊 ", "gas-shield-welder"), ("月嫂", "maternity-nurse")]
)
def test_a_spoken_word_leads_to_its_trade(word: str, code: str) -> None:
    found = catalogue().by_word(word)
    assert found is not None
    assert found.code == code


def test_a_word_nobody_says_leads_nowhere() -> None:
    assert catalogue().by_word("宇航员") is None


def test_a_mover_can_handle_and_do_odd_jobs() -> None:
    assert catalogue().ancestors("mover") == ("handler", "general-labourer")


def test_a_larger_licence_stands_for_the_smaller_and_not_the_other_way() -> None:
    rows = catalogue()
    assert rows.stands_for("driving:b2") == {"driving:b2", "driving:c1", "driving:c2"}
    assert rows.stands_for("driving:c2") == {"driving:c2"}


def test_a_certificate_is_found_by_name_or_code() -> None:
    rows = catalogue()
    assert rows.certificate_named("低压电工作业") == rows.certificates["special:low-voltage-electric"]
    assert rows.certificate_named("special:low-voltage-electric") == rows.certificates["special:low-voltage-electric"]
    assert rows.certificate_named("挖矿证") is None


def test_occupation_codes_stand_in_the_national_catalogue() -> None:
    table = resources.files(trades.__package__).joinpath("data/occupations.csv.gz")
    if not table.is_file():
        pytest.skip("data/occupations.csv.gz is not built here")
    lines = gzip.decompress(table.read_bytes()).decode("utf-8-sig").splitlines()
    known = {row["code"] for row in csv.DictReader(lines)}
    assert [t.code for t in catalogue().trades.values() if t.occupation not in known] == []


def test_a_small_catalogue_is_read() -> None:
    rows = parsed(small())
    assert rows.ancestors("gas-welder") == ("welder",)
    assert rows.trades["welder"].shifts == (usual_shift("20:00", "06:00", 60),)


@pytest.mark.parametrize(
    ("table", "row", "change", "message"),
    [
        ("trades", 1, {"code": "welder"}, "trades, row 2 (welder): the code is used twice"),
        ("trades", 0, {"code": "焊工"}, "trades, row 1 (焊工): the code is not a plain ascii word"),
        ("trades", 0, {"group": "moon"}, "trade welder: group 'moon' is not in the data"),
        ("trades", 1, {"parent": "smith"}, "trade gas-welder: parent 'smith' is not in the data"),
        ("trades", 0, {"hazards": ["boredom"]}, "trade welder: hazards 'boredom' is not in the data"),
        (
            "trades",
            0,
            {"certificates": {"required": ["special:none"], "helpful": []}},
            "trade welder: certificates 'special:none' is not in the data",
        ),
        (
            "trades",
            0,
            {"pay": {"low_fen": 30, "high_fen": 20, "unit": "hour"}},
            "trade welder: pay must rise from low_fen to high_fen, above nothing",
        ),
        (
            "trades",
            0,
            {"pay": {"low_fen": 20, "high_fen": 30, "unit": "year"}},
            "trade welder: pay unit 'year' is not in the data",
        ),
        ("trades", 0, {"shifts": []}, "trade welder: no usual shift"),
        (
            "trades",
            0,
            {"shifts": [{"start": "25:00", "end": "06:00", "break_minutes": 0}]},
            "trades, row 1 (welder): '25:00' is not a time of day HH:MM",
        ),
        (
            "trades",
            0,
            {"shifts": [{"start": "08:00", "end": "09:00", "break_minutes": 60}]},
            "trades, row 1 (welder): the break of 60 minutes leaves no work between 08:00 and 09:00",
        ),
        ("trades", 1, {"aliases": ["电焊"]}, "trade gas-welder: the word '电焊' already stands for welder"),
        ("trades", 0, {"parent": "gas-welder"}, "trade welder: stands above itself (welder -> gas-welder -> welder)"),
        (
            "certificates",
            0,
            {"implies": ["driving:b2"]},
            "certificate driving:c1: stands above itself (driving:c1 -> driving:b2 -> driving:c1)",
        ),
        (
            "certificates",
            0,
            {"implies": ["driving:z9"]},
            "certificate driving:c1: implies 'driving:z9' is not in the data",
        ),
    ],
)
def test_a_fault_in_the_data_names_the_row(table: str, row: int, change: dict[str, Any], message: str) -> None:
    raw = small()
    raw[table][row] |= change
    with pytest.raises(TradeDataError) as refusal:
        parsed(raw)
    assert str(refusal.value) == message


def test_a_missing_column_names_the_row() -> None:
    raw = small()
    del raw["trades"][1]["occupation"]
    with pytest.raises(TradeDataError) as refusal:
        parsed(raw)
    assert str(refusal.value) == "trades, row 2 (gas-welder): 'occupation'"


def test_a_night_shift_ends_the_next_day() -> None:
    shift = usual_shift("22:00", "06:00", 60)
    assert (shift.start, shift.end, shift.paid_minutes) == (1320, 1800, 420)

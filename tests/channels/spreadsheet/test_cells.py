"""From cells to facts, as people and their programs write them."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from gongqiao.channels.spreadsheet import cells, weeks
from gongqiao.channels.spreadsheet.columns import Cell
from gongqiao.channels.spreadsheet.errors import CellError
from gongqiao.needs.dossiers import hours
from gongqiao.needs.dossiers.rules import check_floor
from gongqiao.needs.postings.rules import check_pay

TODAY = date(2026, 11, 24)


def day(cell: Cell | None) -> date | None:
    return cells.day(cell, today=TODAY)


def up_to_500(cell: Cell | None) -> int | None:
    return cells.whole(cell, 1, 500)


@pytest.mark.parametrize(
    ("parse", "value", "fact"),
    [
        (cells.text, 12.0, "12"),
        (cells.text, " 洗碗，\n收台 ", "洗碗， 收台"),
        (cells.identity, "45029919750302001x", None),
        (cells.phone, 15400001234.0, "15400001234"),
        (cells.phone, "154 0000 1234", "15400001234"),
        (cells.phone, "0772-1234567", "07721234567"),
        (up_to_500, "３人", 3),
        (up_to_500, 12.0, 12),
        (cells.fen, 21.5, 2150),
        (cells.fen, "180元", 18000),
        (day, date(2026, 11, 25), date(2026, 11, 25)),
        (day, datetime(2026, 11, 25, 8, 0), date(2026, 11, 25)),  # noqa: DTZ001 -- a cell has no zone
        (day, "2026/11/5", date(2026, 11, 5)),
        (day, "2026年11月25日", date(2026, 11, 25)),
        (day, "11月23日", date(2027, 11, 23)),
        (day, "11.25", date(2026, 11, 25)),
        (day, "20261125", date(2026, 11, 25)),
        (day, 46351.0, date(2026, 11, 25)),
        (cells.clock, time(7, 30), 450),
        (cells.clock, 0.3125, 450),
        (cells.clock, timedelta(hours=24), 1440),
        (cells.clock, "7点半", 450),
        (cells.clock, "下午2点", 840),
        (cells.clock, "07：30", 450),
        (cells.clock, "24:00", 1440),
    ],
)
def test_a_cell_is_read(parse: Callable[[Cell], Any], value: Any, fact: Any) -> None:
    if fact is None:
        with pytest.raises(CellError):
            parse(Cell("B2", value))
    else:
        assert parse(Cell("B2", value)) == fact


@pytest.mark.parametrize("parse", [cells.identity, cells.phone, cells.number, cells.fen, day, cells.clock, up_to_500])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_an_empty_cell_is_a_missing_fact(parse: Callable[[Cell], Any], value: Any) -> None:
    assert parse(Cell("B2", value)) in ("", None)


@pytest.mark.parametrize(
    ("parse", "value", "says"),
    [
        (cells.identity, 4.50299197503020e17, "被表格存成了数字"),
        (cells.identity, "450299750302001", "15 位的老身份证号"),
        (cells.identity, "450299197513020011", "出生日期 19751302 不存在"),
        (cells.phone, 154000012.5, "电话"),
        (cells.phone, "1540000123", "要 11 位，这里有 10 位"),
        (up_to_500, 2.5, "1 到 500 之间的整数"),
        (up_to_500, "很多", "不是数字"),
        (up_to_500, "nan", "不是数字"),
        (cells.number, "1e400", "不是数字"),
        (day, "0001-01-01", "年份不对"),
        (day, "9999-12-31", "年份不对"),
        (up_to_500, 501, "1 到 500 之间的整数"),
        (cells.fen, -20, "不能是负数"),
        (cells.fen, "9" * 5000, "超过一亿元"),
        (lambda cell: cells.fen(cell, check_pay), 100_001, "工钱最多写 100000 元"),
        (lambda cell: cells.fen(cell, check_floor), "1001", "每小时的最低工钱最多写 1000 元"),
        (cells.fen, 20.555, "小数点后两位"),
        (day, "2026-02-30", "不是日期"),
        (day, "下周二", "不是日期"),
        (cells.clock, "25:00", "不是一天里的时间"),
        (cells.clock, "7:75", "不是时间"),
        (cells.clock, "早班", "不是时间"),
    ],
)
def test_what_cannot_be_read_says_why(parse: Callable[[Cell], Any], value: Any, says: str) -> None:
    with pytest.raises(CellError, match=says):
        parse(Cell("B2", value))


def test_a_formula_is_never_read() -> None:
    with pytest.raises(CellError, match="是公式"):
        cells.text(Cell("B2", "20", formula=True))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("周一至周五 07:00-19:00；周六 全天", "周一到周五 7–19 点；周六 全天"),
        ("周一至周日 00:00-02:00、09:00-24:00", "周一到周日 0–2、9–24 点"),
        ("天天", "天天都有空"),
        ("每天 8:00-18:00", "周一到周日 8–18 点"),
        ("工作日 上午、下午；周末 全天", "周一到周五 上午、下午；周六到周日 全天"),
        ("周末", "周六到周日 全天"),
        ("周一、周三 晚上", "周一 晚上；周三 晚上"),
        ("星期六日 8点-17点", "周六到周日 8–17 点"),
        ("周五至周一 18:00-24:00", "周一 晚上；周五到周日 晚上"),
        ("周二 20:00-06:00", "周二 0–6、20–24 点"),
        ("周一 07:30-18:30", "周一 8–18 点"),
        ("07:00-12:00", "周一到周日 7–12 点"),
        ("周一至周五：７：００－１９：００", "周一到周五 7–19 点"),
    ],
)
def test_a_week_is_read_as_people_write_it(text: str, said: str) -> None:
    found = weeks.week(text)
    assert found is not None
    assert hours.words(hours.to_hex(found)) == said


def test_an_empty_week_is_not_said_never_always() -> None:
    assert weeks.week("  ") is None


@pytest.mark.parametrize("text", ["看情况", "周八 全天", "周一 25:00-30:00", "周一 早班"])
def test_a_week_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(CellError, match="看不懂"):
        weeks.week(text)

"""The day report says what the book says, on one page, and is the same file each time."""

import io

import pytest
from docx import Document

from gongqiao.channels.word.dayreport import dayreport
from gongqiao.services.placement import daybook
from gongqiao.services.placement.actions import dispatch
from gongqiao.services.placement.daybook import Daybook
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


def book(house: House) -> Daybook:
    shift = factories.verified(house, headcount=3)
    factories.posting(house)
    factories.dossier(house, "韦一")
    factories.dossier(house, "莫三", skills={"waiter": 1})
    day = shift.starts_at.astimezone(house.market.tz).date()
    return daybook.of(dispatch.run_day(day, by=house.mo), by=house.mo)


def test_the_figures_are_those_of_the_book(house: House) -> None:
    shown = book(house)
    paper = Document(io.BytesIO(dayreport(shown)))
    cells = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
    assert cells == [
        ["找活的人", "班次", "要的位置", "派出的位置"],
        ["2", "1", "3", "1"],
        ["派到的人", "还缺的位置", "没派上的人", "没核实的需求"],
        ["1", "2", "1", "1"],
    ]
    (entry,) = shown.open
    assert [cell.text for cell in paper.tables[1].rows[1].cells][1:] == ["2/3", entry.why, "没有"]
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "1 人差一点" in text
    assert "打 1 个电话" in text
    assert shown.run.inputs_digest[:16] in text


def test_the_same_book_gives_the_same_bytes(house: House) -> None:
    shown = book(house)
    assert dayreport(shown) == dayreport(shown)

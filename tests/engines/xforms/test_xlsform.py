"""Spreadsheets become forms, or are refused with row and reason."""

import io
import zipfile
from zoneinfo import ZoneInfo

import pytest

from gongqiao.engines.xforms import XFormError, load
from gongqiao.engines.xforms.xlsform import MOST_BYTES, convert
from tests.engines.xforms import fixtures

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEXT = {"type": "text", "name": "a", "label": "A"}


@pytest.mark.parametrize("name", fixtures.LOADABLE)
def test_spreadsheet_of_pyxform_then_a_form(name: str) -> None:
    form = load(fixtures.converted(name).xform, zone=SHANGHAI)
    assert form.controls != {}


@pytest.mark.parametrize(("name", "why"), fixtures.NO_SPREADSHEETS.items())
def test_spreadsheet_that_pyxform_refuses_then_its_reason(name: str, why: str) -> None:
    assert fixtures.refusal(name) == why


@pytest.mark.parametrize(("name", "why"), fixtures.NO_FORMS.items())
def test_spreadsheet_whose_expression_is_none_then_the_place_and_the_words(name: str, why: str) -> None:
    with pytest.raises(XFormError) as refused:
        load(fixtures.converted(name).xform, zone=SHANGHAI)
    assert str(refused.value)[: len(why)] == why


def test_questionnaire_then_46_rows_and_both_languages() -> None:
    made = fixtures.worker_needs()
    form = load(made.xform, zone=SHANGHAI)
    assert len(fixtures.questionnaire.SURVEY) == 46
    assert form.languages == ["中文 (zh)", "English (en)"]
    assert form.external == {"districts": "districts.csv"}
    assert made.rows["consent"] == 7


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ({"survey": []}, "You must have a sheet named 'survey'. "),
        ({"survey": [{"type": "zzz", "name": "a"}]}, "Unknown question type 'zzz'."),
        ({"survey": [TEXT, TEXT]}, "[row : 3] On the 'survey' sheet, the 'name' value 'a' is invalid."),
        ({"survey": [{"type": "calculate", "name": "q", "calculation": "${zz}"}]}, "[row : 2] On the 'survey' sheet"),
        (b"nonsense", "the spreadsheet is no .xlsx file"),
        (b"PK\x03\x04" + b"z" * 100, "the spreadsheet is no .xlsx file"),
        (b"x" * (MOST_BYTES + 1), "the spreadsheet has more than 5 MB"),
    ],
)
def test_spreadsheet_that_is_none_then_refused_with_the_reason(source: object, why: str) -> None:
    with pytest.raises(XFormError) as refused:
        convert(source)  # type: ignore[arg-type]
    assert str(refused.value)[: len(why)] == why


def test_spreadsheet_of_another_kind_then_refused() -> None:
    with pytest.raises(XFormError) as refused:
        convert(b"", kind=".exe")
    assert str(refused.value) == "a file .exe is no spreadsheet of questions; those are .xlsx, .xls, .csv, .md"


def test_package_that_swells_then_refused_before_it_is_unpacked() -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 21_000_000)
    with pytest.raises(XFormError) as refused:
        convert(package.getvalue())
    assert str(refused.value) == "the spreadsheet unpacks to more than 20 MB"


def test_words_not_translated_then_those_of_the_forms_own_language_and_named() -> None:
    zh, en = "label::中文 (zh)", "label::English (en)"
    survey = [{"type": "text", "name": "a", zh: "甲", en: "A"}, {"type": "text", "name": "b", zh: "乙"}]
    made = convert({"survey": survey, "settings": [{"default_language": "中文 (zh)"}]})
    form = load(made.xform, zone=SHANGHAI)
    said = {key: form.itext.find("English (en)", f"/data/{key}:label")[""] for key in ("a", "b")}
    assert said == {"a": ("A",), "b": ("乙",)}
    assert made.filled == ("English (en): /data/b:label",)

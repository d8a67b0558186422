"""Spreadsheets as their authors wrote them (pyxform's own examples, BSD-2) come in as versions, or are refused with the
row and the reason; docs/xforms.md has the same table in words."""

import re

import pytest

from gongqiao.foundation.errors import Refused
from gongqiao.needs.surveys.actions import publishing
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import Subject
from gongqiao.needs.surveys.models import Form, FormVersion
from tests.engines.xforms import fixtures
from tests.factories import House
from tests.needs.surveys.given_forms import FORM

pytestmark = pytest.mark.data
EVERYWHERE, NO_MAP = ["web", "desk", "collect"], ["desk", "collect"]
# What each comes to, given a version where its author gave none: its channels, or what it is refused with.
COMES_TO: dict[str, list[str] | str] = {
    "ODKValidateWarnings.xlsx": EVERYWHERE,
    "UCL_Biomass_Plot_Form.xlsx": "还缺表里用到的文件：UCL_districts.csv、UCL_regions.csv、UCL_villages.csv、"
    "ULC_Biomass_Plots.csv、species_names.csv",
    "attribute_columns_test.xlsx": NO_MAP,
    "bad_calc.xlsx": "这张表用不了：第 2 行，/data/badcalc (calculate): "
    '"because pyxform doesn\'t know what to do": cannot be read at "\'t know wh"',
    "case_insensitivity.xlsx": EVERYWHERE,
    "choice_filter_test.xlsx": EVERYWHERE,
    "duplicate_columns.xlsx": "这张表用不了：[row : 1] Duplicate column header: label",
    "extra_columns.xlsx": EVERYWHERE,
    "extra_sheet_names.xlsx": EVERYWHERE,
    "field-list.xlsx": EVERYWHERE,
    "flat_xlsform_test.xlsx": NO_MAP,
    "group.xlsx": EVERYWHERE,
    "include.xlsx": "这张表用不了：[row : 3] includes another file; its questions must stand here themselves",
    "include_json.xlsx": "这张表用不了：[row : 2] includes another file; its questions must stand here themselves",
    "loop.xlsx": EVERYWHERE,
    "or_other.xlsx": EVERYWHERE,
    "pull_data.xlsx": "还缺表里用到的文件：fruits.csv",
    "specify_other.xlsx": EVERYWHERE,
    "survey_no_name.xlsx": EVERYWHERE,
    "text_and_integer.xlsx": EVERYWHERE,
    "xl_date_ambiguous.xlsx": "这张表用不了：第 5 行，/data/names (choices): "
    "\"instance('names_list')/root"
    "/item[label::English != '']\": there is no axis 'label'",
    "xl_date_ambiguous_v1.xlsx": EVERYWHERE,
    "xlsform_spec_test.xlsx": NO_MAP,
    "yes_or_no_question.xlsx": EVERYWHERE,
}


def with_version(name: str) -> Draft:
    """As uploaded; where its author gave no version, the XForm with one."""
    source = (fixtures.DATA / name).read_bytes()
    xform = fixtures.converted(name).xform
    root = re.search(r"<instance>\s*<[^>]*>", xform)
    if root is None or " version=" in root[0]:
        return Draft(source, Subject.WORKER)
    given = root[0].replace(" id=", ' version="1" id=', 1)
    return Draft(xform.replace(root[0], given, 1), Subject.WORKER)


def test_every_example_has_its_row_in_the_table() -> None:
    assert sorted(COMES_TO) == sorted(fixtures.SPREADSHEETS)
    assert len(COMES_TO) == 24


@pytest.mark.parametrize("name", fixtures.SPREADSHEETS)
def test_example_comes_in_or_is_refused_with_row_and_reason(house: House, name: str) -> None:
    wanted = COMES_TO[name]
    if isinstance(wanted, list):
        assert publishing.add_version(with_version(name), by=house.zhou).channels == wanted
        return
    with pytest.raises(Refused) as refusal:
        publishing.add_version(Draft((fixtures.DATA / name).read_bytes(), Subject.WORKER), by=house.zhou)
    assert str(refusal.value) == wanted
    assert Form.objects.count() == FormVersion.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('id="needs"', 'id="a/b"'), "表的代号（settings 的 form_id）最多 64 个字，不能有“/”和看不见的字。"),
        (('id="needs"', f'id="{"x" * 65}"'), "表的代号（settings 的 form_id）最多 64 个字，不能有“/”和看不见的字。"),
        (('id="needs"', 'id="()"'), "表的代号（settings 的 form_id）最多 64 个字，不能有“/”和看不见的字。"),
        (('version="1"', f'version="{"1" * 41}"'), "版本（settings 的 version）太长，或有看不见的字，最多 40 个字。"),
        (('version="1"', ""), "表里没写版本（settings 的 version）。"),
    ],
)
def test_names_that_have_no_address_or_no_room_are_refused(house: House, change: tuple[str, str], why: str) -> None:
    with pytest.raises(Refused) as refusal:
        publishing.add_version(Draft(FORM.format(version="1").replace(*change, 1), Subject.WORKER), by=house.zhou)
    assert str(refusal.value) == why


def test_names_may_be_chinese_with_blanks(house: House) -> None:
    draft = Draft(FORM.format(version="一 稿").replace('id="needs"', 'id="零工 需求.v2"', 1), Subject.WORKER)
    assert publishing.add_version(draft, by=house.zhou).form.code == "零工 需求.v2"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "big5"])
def test_xform_is_read_in_the_encoding_it_says_and_kept_without_it(house: House, encoding: str) -> None:
    said = encoding.removesuffix("-sig")
    text = FORM.format(version="1").replace('<?xml version="1.0"?>', f'<?xml version="1.0" encoding="{said}"?>')
    text = re.sub("[\u4e00-\u9fff]+", "工", text)  # what Big5 has too
    row = publishing.add_version(Draft(text.encode(encoding, "replace"), Subject.WORKER, ".xml"), by=house.zhou)
    assert (row.form.title, "encoding" in row.xform) == ("工", False)


def test_xform_in_another_encoding_than_it_says_is_refused(house: House) -> None:
    text = FORM.format(version="1")
    for content in (text.encode("gb18030"), text.replace('"1.0"', '"1.0" encoding="idna"', 1).encode()):
        with pytest.raises(Refused, match=r"^这张表用不了：form: "):
            publishing.add_version(Draft(content, Subject.WORKER, ".xml"), by=house.zhou)

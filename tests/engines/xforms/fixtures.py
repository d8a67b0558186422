"""The forms that tests go through: pyxform's spreadsheets, and our own questionnaire."""

from functools import cache
from pathlib import Path

from benchmarks.xforms import questionnaire
from gongqiao.engines.xforms import XFormError
from gongqiao.engines.xforms.xlsform import Converted, convert

DATA = Path(__file__).with_name("data")
SPREADSHEETS = sorted(path.name for path in DATA.glob("*.xlsx"))
# What pyxform refuses, and why; the tests hold the words to it.
NO_SPREADSHEETS = {
    "duplicate_columns.xlsx": "[row : 1] Duplicate column header: label",
    "include.xlsx": "[row : 3] includes another file; its questions must stand here themselves",
    "include_json.xlsx": "[row : 2] includes another file; its questions must stand here themselves",
}
# What cannot be loaded, and why.
NO_FORMS = {
    "bad_calc.xlsx": '/data/badcalc (calculate): "because pyxform doesn\'t know what to do": cannot be read at',
    "xl_date_ambiguous.xlsx": "/data/names (choices): \"instance('names_list')/root"
    "/item[label::English != '']\": "
    "there is no axis 'label'",
}
# What JavaRosa cannot take by itself: Collect brings pulldata().
NOT_FOR_JAVAROSA = {"pull_data.xlsx": "pulldata() is Collect's own"}
# What both fill and keep otherwise, as the last test of test_forms_beside_javarosa tells.
COUNTS_NONE = {"UCL_Biomass_Plot_Form.xlsx": "its count of stems may be none: JavaRosa keeps a first turn"}
LOADABLE = [name for name in SPREADSHEETS if name not in NO_SPREADSHEETS | NO_FORMS]
COMPARED = [name for name in LOADABLE if name not in NOT_FOR_JAVAROSA]


@cache
def converted(name: str) -> Converted:
    """XFormError for those that pyxform refuses."""
    return convert((DATA / name).read_bytes())


@cache
def worker_needs() -> Converted:
    return convert(questionnaire.sheets())


def refusal(name: str) -> str:
    try:
        converted(name)
    except XFormError as why:
        return str(why)
    return ""

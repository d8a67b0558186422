"""Spreadsheets of questions (XLSForm), as files or as tables in the code, become an XForm by way of pyxform."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import unescape

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import get_xlsform
from pyxform.xls2xform import convert as pyxform_convert

from gongqiao.engines.xforms.errors import XFormError

MOST_BYTES, MOST_UNPACKED = 5_000_000, 20_000_000
MOST_ROWS = 5_000
KINDS = (".xlsx", ".xls", ".csv", ".md")
Sheets = Mapping[str, Sequence[Mapping[str, str]]]  # "survey", "choices", "settings" -> rows by heading

_TRANSLATION = re.compile(r'<translation lang="([^"]*)"([^>]*)>(.*?)</translation>', re.DOTALL)
_TEXT = re.compile(r'<text id="([^"]*)">(.*?)</text>', re.DOTALL)
_MISSING = "<value>-</value>"  # what pyxform writes where a language has no words


@dataclass(frozen=True)
class Converted:
    """`rows`: the row of the survey sheet (the headings are row 1) in which each name first stands. `filled`: what
    was not translated and says it in the form's own language now."""

    xform: str
    warnings: tuple[str, ...]
    rows: Mapping[str, int]
    filled: tuple[str, ...]


def convert(source: bytes | Sheets, *, kind: str = ".xlsx", name: str = "data") -> Converted:
    """`kind`: the ending of the file that the bytes are. XFormError says what is wrong, with its row if there is one.

    Nothing is run: pyxform's own validation (a JVM) stays off.
    """
    if isinstance(source, bytes):
        _check_size(source, kind)
    said: list[str] = []
    try:
        with warnings.catch_warnings(action="ignore"):  # openpyxl's, on what Excel keeps in a file beside the cells
            rows = _rows(source, kind)
            made = pyxform_convert(
                io.BytesIO(source) if isinstance(source, bytes) else {sheet: list(source[sheet]) for sheet in source},
                warnings=said,
                validate=False,
                form_name=name,
                file_type=kind if isinstance(source, bytes) else None,
            )
    except PyXFormError as why:
        raise XFormError(_with_row(str(why))) from None
    except RecursionError:
        raise XFormError("the spreadsheet nests too deeply") from None
    except Exception as why:  # openpyxl, xlrd and pyxform raise whatever they meet in a broken file
        raise XFormError(f"the spreadsheet cannot be read ({type(why).__name__}: {why})") from None
    xform, filled = _translated(made.xform)
    return Converted(xform, tuple(said), rows, tuple(filled))


def _check_size(content: bytes, kind: str) -> None:
    if kind not in KINDS:
        raise XFormError(f"a file {kind} is no spreadsheet of questions; those are {', '.join(KINDS)}")
    if len(content) > MOST_BYTES:
        raise XFormError(f"the spreadsheet has more than {MOST_BYTES // 1_000_000} MB")
    if kind != ".xlsx":
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            size = sum(entry.file_size for entry in package.infolist())
    except (zipfile.BadZipFile, ValueError, EOFError):
        raise XFormError("the spreadsheet is no .xlsx file") from None
    if size > MOST_UNPACKED:
        raise XFormError(f"the spreadsheet unpacks to more than {MOST_UNPACKED // 1_000_000} MB")


def _rows(source: bytes | Sheets, kind: str) -> dict[str, int]:
    rows: Iterable[Mapping[str, Any]]
    if isinstance(source, bytes):
        rows = get_xlsform(io.BytesIO(source), file_type=kind).survey or ()
    else:
        rows = source.get("survey", ())
    found: dict[str, int] = {}
    for number, row in enumerate(rows, 2):
        if number > MOST_ROWS:
            raise PyXFormError(f"more than {MOST_ROWS} rows of questions")
        if re.match(r"include\b", str(row.get("type") or "").strip()):
            raise PyXFormError(f"[row : {number}] includes another file; its questions must stand here themselves")
        name = str(row.get("name") or "").strip()
        if name:
            found.setdefault(name, number)
    return found


def _with_row(said: str) -> str:
    """The headings are row 1; of most others pyxform says the row itself."""
    return f"[row : 1] {said}" if said.startswith("Duplicate column header") else said


def _translated(xform: str) -> tuple[str, list[str]]:
    """A person who reads another language sees the form's own words, not "-"."""
    own = next((match for match in _TRANSLATION.finditer(xform) if "default=" in match[2]), None)
    if own is None:
        return xform, []
    words = dict(_TEXT.findall(own[3]))
    filled: list[str] = []

    def whole(match: re.Match[str]) -> str:
        if "default=" in match[2]:
            return match[0]

        def text(each: re.Match[str]) -> str:
            if _MISSING not in each[2] or _MISSING in words.get(each[1], _MISSING):
                return each[0]
            filled.append(f"{unescape(match[1])}: {unescape(each[1])}")
            return f'<text id="{each[1]}">{words[each[1]]}</text>'

        return f'<translation lang="{match[1]}"{match[2]}>{_TEXT.sub(text, match[3])}</translation>'

    return _TRANSLATION.sub(whole, xform), filled

"""Forms broken by a seed: spreadsheets, XForms and tables, as an author, a mistake or an enemy would upload them."""

import io
import re
import zipfile
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any
from xml.sax.saxutils import quoteattr

import xlsxwriter

from benchmarks.xforms import questionnaire
from gongqiao.engines.xforms.xlsform import convert
from tests.fuzz import bits
from tests.needs.surveys.given_forms import FORM

Sheets = dict[str, list[dict[str, Any]]]
RULES = ("calculation", "relevant", "constraint", "choice_filter", "required", "readonly", "repeat_count", "default")
EXPRESSIONS = (
    "${nobody}", "${age} + ${skills}", "${older}", "${score} + 1", "concat(${name}, ${name})", ". + .", "1 div 0",
    "regex(., '(a+)+$')", "regex(., '(a|aa)*b')", "regex(., '(.*a){20}')", "regex('" + "a" * 40 + "!', '([a-z]+)*$')",
    "regex(., '(\\w+\\s?)*$')", "regex(., '((a{0,9}){0,9}){0,9}{0,9}')", "regex(., '(')", "regex(., '\\1(?=a)(?<!b)')",
    "(" * 90 + "1" + ")" * 90, "(" * 5_000 + "1" + ")" * 5_000, "1" + " + 1" * 4_000, "- " * 9_000 + "1",
    "not(" * 80 + "1" + ")" * 80, "count(//*[count(//*[count(//*[count(//*) > 0]) > 0]) > 0])", "//*//*//*//*//*",
    "count(//*[//*[//*[//*[//* = 1]]]])", "pow(9, 9999)", "9999999999", "1000", "100000", "-1", "0.5", "today() + 9e9",
    "9" * 500, "date('9999-12-31') + 5", "date-time('0001-01-01') - 5", "format-date('2026-02-30', '%Y')", "uuid(1000)",
    "join(',', //*)", "concat(" + "'aaaaaaaaaa'," * 900 + "'')", "substr('abc', -1e18)", "round(1.5, 1e9)", "''", "'",
    "jr:choice-name(., '.')", "jr:choice-name(${sex}, '${sex}')", "indexed-repeat(${years}, ${skill}, 1e9)",
    "once(.)",
    "instance('nobody')/root" "/item", "pulldata('x', 'a', 'b', ${name})", "position(..)", "../../../../..", "/", "*",
    "@x",
    "string-length(" + "concat(${name}, " * 60 + "''" + ")" * 61, "digest(${name}, 'md5', 'x')", "randomize(//*)",
    "if(${name}, ${name}, ${name})", "count-selected(.) > 1e999", "translate(., ., .)", "area(.)", "distance('0 0; 1')",
)  # fmt: skip
KINDS = (
    "text", "integer", "select_one nobody", "select_multiple yes_no", "select_one_from_file ../x.csv",
    "begin_group", "end_group", "begin_repeat", "end_repeat", "geopoint", "rank days", "calculate", "note",
    "xml-external", "csv-external", "image", "hidden", "range", "background-audio", "audit", "osm",
    "loop over nobody", "include x", "sms", "☃", "", "select_one", "select_one yes_no or_other", "start-geopoint",
    "acknowledge", "barcode", "file", "username", "entity",
)  # fmt: skip
NAMES = (
    "a b",
    "1a",
    "",
    "名字",
    "x" * 400,
    "age",
    "meta",
    "instanceID",
    "data",
    "a:b",
    "__proto__",
    "a.b",
    "<a>",
    "${a}",
    "-",
)


@dataclass
class Upload:
    """`content` with the ending of its file's name; None and `sheets` where tables are given as tables."""

    kind: str
    content: bytes = b""
    sheets: Sheets | None = None
    media: dict[str, bytes] = field(default_factory=lambda: {questionnaire.DISTRICTS: questionnaire.DISTRICTS_CSV})
    how: list[str] = field(default_factory=list)


def cell(sheets: Sheets, chance: Random) -> None:
    row = chance.choice(chance.choice([sheet for sheet in sheets.values() if sheet]))
    column = chance.choice([*row, "label", "name", "type"])
    row[column] = chance.choice((*bits.VALUES, *bits.BITS, *NAMES, "x" * 40_000))


def rule(sheets: Sheets, chance: Random) -> None:
    row = chance.choice(sheets["survey"])
    row[chance.choice(RULES)] = chance.choice(EXPRESSIONS)


def cycle(sheets: Sheets, chance: Random) -> None:
    """Each works out the next, the last the first; or each doubles the one before; or hides it."""
    size, way = chance.choice((2, 5, 60, 400)), chance.choice(("calculation", "relevant", "double", "count"))
    for at in range(size):
        before = f"${{c{(at - 1) % size}}}"
        match way:
            case "double":
                said = {"calculation": f"concat({before}, {before})" if at else "'aaaaaaaa'"}
            case "count":
                said = {"calculation": f"{before} * 10" if at else "10"}
            case _:
                said = {way: f"{before} + 1"}
        sheets["survey"].append(
            {"type": "calculate" if way != "relevant" else "text", "name": f"c{at}", "label": "x", **said}
        )


def turns(sheets: Sheets, chance: Random) -> None:
    """Repeats within repeats, each counted."""
    depth, count = (
        chance.choice((1, 2, 3, 9)),
        chance.choice(("1000", "30", "1001", "${age}", "0", "-5", "1e3", "count(${deep})")),
    )
    rows = [{"type": "begin_repeat", "name": f"r{at}", "label": "r", "repeat_count": count} for at in range(depth)]
    rows += [
        {"type": "text", "name": "deep", "label": "d", "calculation": chance.choice(("count(//*)", "position(..)"))}
    ]
    sheets["survey"] += [*rows, *({"type": "end_repeat", "name": f"r{at}"} for at in reversed(range(depth)))]


def kind_of_question(sheets: Sheets, chance: Random) -> None:
    chance.choice(sheets["survey"])["type"] = chance.choice(KINDS)


def name(sheets: Sheets, chance: Random) -> None:
    chance.choice(sheets[chance.choice(("survey", "choices"))])["name"] = chance.choice(NAMES)


def rows(sheets: Sheets, chance: Random) -> None:
    """Lost, doubled, in another order, too many."""
    sheet = sheets[chance.choice(("survey", "survey", "choices", "settings"))]
    match chance.randrange(5):
        case 0:
            del sheet[chance.randrange(len(sheet))]
        case 1:
            sheet.insert(chance.randrange(len(sheet)), dict(chance.choice(sheet)))
        case 2:
            chance.shuffle(sheet)
        case 3:
            depth = chance.choice((5, 70, 300))
            sheet += [{"type": "begin_group", "name": f"g{at}", "label": "g"} for at in range(depth)]
        case 4:
            size = chance.choice((300, 1_500, 6_000))
            sheet += [{"type": "text", "name": f"q{at}", "label": "q", "relevant": "${age} > 1"} for at in range(size)]


def headings(sheets: Sheets, chance: Random) -> None:
    named = chance.choice([name for name, sheet in sheets.items() if sheet])
    if chance.random() < 0.3:
        sheets[chance.choice((named.upper(), "x" * 31, "Sheet1"))] = sheets.pop(named)
        return
    old = chance.choice(list(sheets[named][0]) or ["name"])
    new = chance.choice(
        ("nix", "label", "label::", "label::中文 (zh)", "body::x", "bind::y", "media::image", "", "name")
    )
    for row in sheets[named]:
        if old in row:
            row[new] = row.pop(old)


def settings(sheets: Sheets, chance: Random) -> None:
    said = chance.choice(("", "x" * 300, "表 1", "a/b", "../x", "<x>", "1", "needs", "a\u202eb", "${age}"))
    column = chance.choice(
        ("form_id", "version", "form_title", "default_language", "style", "instance_name", "namespaces")
    )
    sheets.get("settings", sheets[next(iter(sheets))])[0][column] = said


SHEETS = (
    cell,
    cell,
    rule,
    rule,
    rule,
    cycle,
    turns,
    kind_of_question,
    kind_of_question,
    name,
    rows,
    headings,
    settings,
)


def packed(sheets: Sheets) -> bytes:
    """As a spreadsheet program would save it; what it could not hold is left out."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(
        memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        for title, content in sheets.items():
            sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", "_", title)[:31] or "x")
            columns = list(dict.fromkeys(column for row in content for column in row))[:200]
            for at, column in enumerate(columns):
                sheet.write_string(0, at, _written(column))
                for number, row in enumerate(content, 1):
                    if row.get(column):
                        sheet.write_string(number, at, _written(row[column]))
    return memory.getvalue()


def _written(said: object) -> str:
    return re.sub("[\x00-\x08\x0b-\x1f\ud800-\udfff]", "?", str(said))[:32_000]


def package(content: bytes, chance: Random) -> bytes:
    """The zip itself: bombs, strangers, odd sheets."""
    inside = zipfile.ZipFile(io.BytesIO(content))
    parts = {entry: inside.read(entry) for entry in inside.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    match chance.randrange(9):
        case 0:
            parts[sheet] = parts[sheet].replace(b"</sheetData>", b"<row/>" * 8_000_000 + b"</sheetData>")
        case 1:
            parts["xl/media/x.bin"] = bytes(chance.choice((60_000_000, 9_000_000)))
        case 2:
            far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
            parts[sheet] = parts[sheet].replace(b"</sheetData>", far)
        case 3:
            wide = b"".join(
                b'<c r="%s1" t="inlineStr"><is><t>h%d</t></is></c>' % (_column(n).encode(), n)
                for n in range(60, 16_384)
            )
            parts[sheet] = re.sub(
                rb"(<row r=\"1\"[^>]*>)(.*?)</row>",
                lambda at: at[1] + at[2] + wide + b"</row>",
                parts[sheet],
                count=1,
                flags=re.DOTALL,
            )
        case 4:
            parts[sheet] = bits.with_entities(parts[sheet], chance)
        case 5:
            shared = parts.get("xl/sharedStrings.xml", b"<sst/>")
            parts["xl/sharedStrings.xml"] = shared.replace(
                b"<si>", b"<si><t>" + b"x" * 1_000_000 + b"</t></si><si>", 30
            )
        case 6:
            lost = chance.choice(list(parts))
            parts[lost] = chance.choice(bits.DOCUMENT)(parts[lost], chance)
        case 7:
            del parts[chance.choice(list(parts))]
        case 8:
            parts[sheet] = parts[sheet].replace(
                b"</sheetData>", b'<row r="7">' + b'<c r="A7" t="s"><v>99999999</v></c>' * 9 + b"</row></sheetData>"
            )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for entry, body in parts.items():
            out.writestr(entry, body)
    return made.getvalue()


def _column(number: int) -> str:
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


ACTIONS = (
    '<setvalue event="xforms-value-changed" ref="/data/age" value="/data/pay + 1"/>',
    '<setvalue event="odk-instance-first-load" ref="/data/age" value="/data/age + 1"/>',
    '<setvalue event="odk-new-repeat" ref="/data/skill/what" value="concat(., .)"/>',
    '<setvalue event="nobody" ref="/data/x"/>',
)


def xform_rule(content: bytes, chance: Random) -> bytes:
    """An expression of the XForm becomes another; or an attribute does."""
    found = list(
        re.finditer(
            rb'(relevant|calculate|constraint|nodeset|ref|value|required|jr:count|id|type|src)="([^"]*)"', content
        )
    )
    if not found:
        return content
    at = chance.choice(found)
    said = quoteattr(re.sub(r"\$\{(\w+)\}", r"/data/\1", chance.choice((*EXPRESSIONS, *bits.VALUES)))).encode()
    return content[: at.start(2) - 1] + said + content[at.end(2) + 1 :]


def xform_action(content: bytes, chance: Random) -> bytes:
    """Two questions that set each other, and others."""
    way = '<input ref="/data/{}"><setvalue event="xforms-value-changed" ref="/data/{}" value=". + 1"/><label/></input>'
    loop = (way.format("age", "pay") + way.format("pay", "age")).encode()
    if chance.random() < 0.5:
        return content.replace(b"</h:body>", loop + b"</h:body>")
    return content.replace(b"</model>", chance.choice(ACTIONS).encode() + b"</model>")


def xform_size(content: bytes, chance: Random) -> bytes:
    """Instances and bodies without end."""
    size = chance.choice((2_000, 20_000, 150_000, 1_000_000))
    match chance.randrange(3):
        case 0:
            return content.replace(
                b"<model>", b'<model><instance id="big"><root>' + b"<item/>" * size + b"</root></instance>", 1
            )
        case 1:
            return content.replace(
                b"</h:body>", b'<input ref="/data/age"><label>x</label></input>' * min(size, 60_000) + b"</h:body>"
            )
        case _:
            deep = chance.choice((50, 60, 5_000))
            return content.replace(b"</h:body>", b"<group>" * deep + b"</group>" * deep + b"</h:body>")


XFORM: tuple[bits.Change, ...] = (
    *bits.DOCUMENT,
    xform_rule,
    xform_rule,
    xform_rule,
    xform_rule,
    xform_action,
    xform_size,
)


_WHOLE = convert(questionnaire.sheets()).xform


def _whole(seed: int) -> Sheets:
    """Each with a version of its own: one that is there already would not get as far as the gate."""
    sheets = deepcopy(questionnaire.sheets())
    sheets["settings"][0]["version"] = f"v{seed}"
    return sheets


def broken(seed: int) -> Upload:
    chance = Random(seed)
    match chance.randrange(10):
        case 0 | 1 | 2:
            return _xform(chance, seed)
        case 3:
            return _file(chance, seed)
    sheets = _whole(seed)
    how = []
    for step in chance.sample(SHEETS, chance.randint(1, 3)):
        if sheets.get("survey") and sheets.get("choices") and sheets.get("settings"):
            step(sheets, chance)
            how.append(step.__name__)
    if chance.random() < 0.35:
        return Upload("", sheets=sheets, how=["tables", *how])
    return Upload(".xlsx", packed(sheets), how=how)


def _xform(chance: Random, seed: int) -> Upload:
    content = chance.choice((FORM.format(version="1"), _WHOLE)).encode()
    content = re.sub(rb'\bversion="[0-9]+"', b'version="v%d"' % seed, content)
    how = []
    for change in chance.sample(XFORM, chance.randint(1, 3)):
        content = change(content, chance)
        how.append(change.__name__)
    return Upload(".xml", content, how=how)


def _file(chance: Random, seed: int) -> Upload:
    """The package, other kinds of files, and files beside it that are not what they should be."""
    whole = packed(_whole(seed))
    match chance.randrange(4):
        case 0:
            return Upload(".xlsx", package(whole, chance), how=["package"])
        case 1:
            change = chance.choice((bits.flipped, bits.cut, bits.doubled, bits.dropped))
            return Upload(".xlsx", change(whole, chance), how=["zip", change.__name__])
        case 2:
            text = b"| survey |\n| | type | name | label |\n| | text | a | A |\n" * chance.choice((1, 3))
            return Upload(
                chance.choice((".md", ".csv", ".xls", ".xlsx")), bits.put_in(text, chance), how=["other kind"]
            )
    odd = chance.choice(
        (b"", b"\xff\xfe", b"a,b\n" * 90_000, b'name\n"', b"1,2,3\n4", b"\x00", "名,标\n甲,乙".encode("gb18030"))
    )
    media = {
        questionnaire.DISTRICTS: odd,
        chance.choice(("../../x.csv", "x" * 300 + ".csv", "y.csv", "a\u202e.png")): odd,
    }
    return Upload(".xlsx", whole, media=media, how=["media"])

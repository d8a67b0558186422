"""What our engine and JavaRosa are both asked, and how their values are laid side by side."""

import json
import math
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from gongqiao.engines.xforms.errors import XFormError
from gongqiao.engines.xforms.nodes import Node
from gongqiao.engines.xforms.xpath.compiler import compiled
from gongqiao.engines.xforms.xpath.context import Context, World
from gongqiao.engines.xforms.xpath.values import to_text
from tools.javarosa import JavaRosa, Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 25, 12, tzinfo=SHANGHAI)
ANSWERS = Path(__file__).with_name("data") / "javarosa_answers.json"
SHAPE = "0 0 0 0;0 1 0 0;1 1 0 0;1 0 0 0;0 0 0 0"

# Where we differ on purpose, and why. What is wider than JavaRosa, a form for phones must not use.
WIDER = "XPath 1.0 that JavaRosa lacks"
DIFFERENCES = {
    "/data/path | /data/geoshape": WIDER,
    "count(/data/descendant::child)": WIDER,
    "count(/data//child)": WIDER,
    "count(/data/*)": f"{WIDER}: * at the end of a path",
    "count-non-empty(/data/*)": f"{WIDER}: * at the end of a path",
    "floor(1.5)": WIDER,
    "ceiling(1.5)": WIDER,
    "count(/data/path[1]/child)": f"{WIDER}: [1] is [position() = 1]; JavaRosa finds nothing and says nothing",
    "/data/path[3]": f"{WIDER}: [3]",
    "string(/data/path[3])": f"{WIDER}: [3]",
    "position(/data/path[3])": f"{WIDER}: [3]",
    "max(-5, -3)": "JavaRosa begins at Double.MIN_VALUE, the smallest number above nought: its greatest of numbers "
    "below nought is 4.9E-324",
    "decimal-time('06:00:00.000+08:00')": "a time as text is a time; JavaRosa wants a date with it",
    "selected(1, '1')": "a number is the text that stands in the node; JavaRosa refuses to look",
    "format-date('2026-01-05T06:07:08.009', '%Z')": "JavaRosa has no %Z",
    "true": "an absent node: none for us, one that is empty for JavaRosa; both are empty as text",
}

# What both engines are asked. The zone is Asia/Shanghai, the tree is `instance()`.
WORDS = ("''", "' '", "'a'", "'1'", "'-1.50'", "'0'", "'true'", "'NaN'", "'1e3'", "'2026-11-25'")
VALUES = (*WORDS, "0", "1", "-2.5", "1 div 0", "0 div 0", "true()", "false()", "date('2026-11-25')", "/data/path[9]")
ASKED = [
    *(f"{name}({value})" for name in ("string", "number", "boolean", "int", "not", "round") for value in VALUES),
    *(f"{left} {sign} 1" for sign in ("=", "!=", "<", ">=", "+", "*") for left in VALUES),
    *(f"'a' {sign} {right}" for sign in ("=", "!=") for right in VALUES),
    *(f"true() {sign} {right}" for sign in ("=", "and", "or") for right in VALUES),
    "/data/path | /data/geoshape",
    "count(/data/descendant::child)",
    "count(/data//child)",
    "(/data/path)[1]",
    "(/data)/path",
    "/other:*",
    *(f"string({number})" for number in ("0.1", "1 div 3", "100000", "1234567.5", "0.00001", "2 div 3 * 3", "1e5")),
    *(f"round({number})" for number in ("0.5", "1.5", "2.5", "-1.5", "-2.5", "0.49999999999999994", "2147483648.5")),
    *(f"round(2.675, {places})" for places in ("1", "2", "3", "31", "-31", "-1")),
    *(f"int({number})" for number in ("-0.9", "2.9", "-2.9", "'7.9'", "true()")),
    *(f"{left} mod {right}" for left in ("7", "-7", "7.5") for right in ("2", "-2", "0")),
    *(f"pow({base}, {power})" for base in ("0", "-8", "2") for power in ("-1", "0.5", "3", "1000")),
    *(f"{name}({number})" for name in ("sqrt", "log", "log10", "exp", "abs") for number in ("-1", "0", "2")),
    *(f"{name}(2)" for name in ("asin", "acos", "atan", "sin", "cos", "tan")),
    *(f"substr('零工市场', {start}, {end})" for start in ("0", "1", "-3", "9") for end in ("2", "-1", "9", "0")),
    "substr('abc', 2, 1)",
    "string-length('零工🙂')",
    "concat('a', 1, true(), 2.5)",
    "join('-', 'a', 'b', '')",
    "join(', ', /data/path)",
    "concat(/data/path)",
    "translate('aabbcc', 'abca', 'xy')",
    "contains('', '')",
    "contains('abc', '')",
    "starts-with('abc', '')",
    "normalize-space('　a　 b')",
    "regex('13800138000', '1[3-9][0-9]{9}')",
    "regex('138001380001', '1[3-9][0-9]{9}')",
    "regex('韦师傅', '\\w+')",
    "regex('a', '')",
    "selected('', '')",
    "selected('a b', 'a b')",
    "selected('a  b', '')",
    "selected(1, '1')",
    "count-selected('  a   b ')",
    "selected-at('a b c', -1)",
    "selected-at('a b c', 1.9)",
    "boolean-from-string('TRUE')",
    "boolean-from-string('yes')",
    "boolean(' ')",
    "not('0')",
    "if('false', 1, 2)",
    "coalesce('', 'b')",
    "coalesce(number(''), 'b')",
    "coalesce('a', 'b')",
    "coalesce('', '')",
    "'a' = 'A'",
    "'1' = '1.0'",
    "1 = '1.0'",
    "'' = 0",
    "'' < 1",
    "'' != ''",
    "true() = 'false'",
    "true() > false()",
    "number('1,5')",
    "number('+1')",
    "number('1 000')",
    "number('.')",
    "number('-')",
    "number('--1')",
    "'5' + '6'",
    "1 - -1",
    "- - 1",
    "-/data/geoshape",
    "2 * -3",
    "10 div 4 mod 2",
    "1 < 2 < 3",
    "3 > 2 > 1",
    "1 = 1 = 1",
    "(1 = 2) = 0",
    "max(1, 'b', 3)",
    "max('')",
    "min(3, 1, '')",
    "min('a')",
    "max(-5, -3)",
    "sum(/data/path)",
    "sum(/data/nothing)",
    "max(/data/nothing)",
    "count(/data/nothing)",
    "count(/data/*)",
    "count(/data/path/child)",
    "count(/data/path[1]/child)",
    "count(/data/path[position() > 2])",
    "/data/path[3]",
    "/data/path[6]",
    "/data/nothing",
    "string(/data/path[3])",
    "position(/data/path[3])",
    "count-non-empty(/data/*)",
    "checklist(-1, -1, 1, 0)",
    "checklist(2, 2, 1, 0, 'x')",
    "weighted-checklist(2, 5, 1, 3, 0, 4, 1, 1)",
    "weighted-checklist(6, 9, 1, 3)",
    "date('2026-2-5')",
    "date('2026-13-01')",
    "date('')",
    "date(0)",
    "date(-1.5)",
    "date(20000.7)",
    "date('20000')",
    "date-time('2026-11-25T06:30:00.000+08:00')",
    "date-time('2026-11-25T06:30:00Z')",
    "date-time('2026-11-25T06:30')",
    "date-time('2026-11-25')",
    "date-time(20000.25)",
    "decimal-date-time('2026-11-25')",
    "decimal-date-time('2026-11-25T12:00:00+08:00')",
    "decimal-date-time(5)",
    "decimal-date-time('')",
    "decimal-time('2026-11-25T18:00:00+08:00')",
    "decimal-time('06:00:00.000+08:00')",
    "decimal-time(5.25)",
    "date('2026-03-01') - date('2026-02-01')",
    "date('2026-02-28') + 1",
    "string(date('2026-02-28') + 1)",
    "string(date(date('2026-02-28') + 1))",
    "date('2026-01-01') = '2026-01-01'",
    "date('2026-01-01') < '2026-01-02'",
    "date('2026-01-01') < date('2026-01-02')",
    "string(date-time('2026-11-25T23:30:00+08:00'))",
    "string(date-time('2026-11-25T23:30:00Z'))",
    *(f"format-date('2026-01-05T06:07:08.009', '%{sign}')" for sign in "YymnbdeHhMS3aAZ%"),
    "format-date('', '%Y')",
    "format-date('2026-01-05', '%Y年%n月%e日')",
    "format-date(20000, '%Y-%m-%d')",
    "format-date('nonsense', '%Y')",
    "format-date-time('2026-01-05T06:07:08.009+08:00', '%H:%M')",
    "digest('零工', 'SHA-256', 'hex')",
    "digest('a', 'CRC', 'hex')",
    "digest('a', 'MD5', 'base32')",
    "base64-decode('6Zu25bel')",
    "base64-decode('')",
    "distance('0 0;0 1')",
    "distance('24.3 109.4 0 0;24.4 109.5 0 0;24.5 109.4 0 0')",
    "distance('24.3 109.4 0 0', '24.4 109.5 0 0')",
    "distance('24.3 109.4')",
    "distance('')",
    "area(/data/geoshape)",
    "enclosed-area(/data/geoshape)",
    "distance(/data/geoshape)",
    "depend(1, 2)",
    "true",
    "1 +",
    "(1",
    "'a",
    "1 2",
    "a b",
    "nonsense(1)",
    "if(1, 2)",
    "pi(1)",
    "abs()",
    "floor(1.5)",
    "ceiling(1.5)",
    "",
    "version()",
    "property('deviceid')",
    "instance('nowhere')/root",
]


def instance() -> Node:
    """The tree of the table's `buildInstance()`."""
    root = Node("data")
    for number in range(5):
        path = root.append(Node("path", "some    value" if number == 2 else ""))
        for _ in range({0: 2, 3: 1}.get(number, 0)):
            path.append(Node("child"))
    root.append(Node("geoshape", SHAPE))
    return root


def form() -> str:
    """The same tree as a form, for JavaRosa."""
    inside = "".join(f"<path>{node.text}{'<child/>' * len(node.children)}</path>" for node in instance().named("path"))
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>'
        f'<h:title>t</h:title><model><instance><data id="t">{inside}<geoshape>{SHAPE}</geoshape></data></instance>'
        "</model></h:head><h:body/></h:html>"
    )


def recorded() -> dict[str, list[str]]:
    """What JavaRosa answered when it was last asked (tools.ask_javarosa)."""
    return dict(json.loads(ANSWERS.read_text(encoding="utf-8"))["answers"])


def asked(rosa: JavaRosa, expression: str) -> list[str]:
    try:
        kind, *values = rosa.evaluate(expression)
    except Refused:
        return ["error"]
    if kind == "date":
        return [kind, datetime.fromtimestamp(int(values[0]) / 1000, SHANGHAI).isoformat()]
    return [kind, *values]


def said(expression: str) -> list[str]:
    """What we answer: kind and value; ["error"] for what is refused."""
    root = instance()
    try:
        value = compiled(expression)(
            Context(World(NOON, Random(1), properties={"deviceid": "deviceid"}), root, origin=root)
        )
    except XFormError:
        return ["error"]
    match value:
        case bool():
            return ["boolean", to_text(value)]
        case float():
            return ["number", repr(value)]
        case datetime():
            return ["date", value.isoformat()]
        case list():
            return ["nodes", *(node.text for node in value)]
    return ["text", value]


def same(ours: list[str], theirs: list[str]) -> bool:
    """Numbers to 1e-10 of themselves (its distances are by arc cosine); a day and its midnight are one."""
    if ours[0] != theirs[0]:
        return False
    if ours[0] == "number":
        one, other = (math.nan if each[1] == "NaN" else float(each[1]) for each in (ours, theirs))
        return (
            (math.isnan(one) and math.isnan(other)) or one == other or abs(one - other) < max(1e-12, 1e-10 * abs(other))
        )
    if ours[0] == "date":
        one, other = (datetime.fromisoformat(each[1]).replace(tzinfo=None) for each in (ours, theirs))
        return one == other
    return ours == theirs

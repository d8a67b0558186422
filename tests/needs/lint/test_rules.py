"""A fault in the rules' data is named, with its rule."""

import json
from pathlib import Path
from typing import Any

import pytest

from gongqiao.needs.postings.lint.folding import fold
from gongqiao.needs.postings.lint.laws import in_english
from gongqiao.needs.postings.lint.necessary import necessary
from gongqiao.needs.postings.lint.rules import default_rules, parse

ROW: dict[str, Any] = {
    "id": "sex", "severity": "refuse", "patterns": ["限<s>"], "harmless": [], "negation": "none",
    "law": ["就业促进法 第二十七条"], "why_zh": "不", "why_en": "no", "suggestion_zh": "删", "suggestion_en": "drop",
}  # fmt: skip
NEGATION = {
    "words": ["不"], "fillers": ["收"], "nouns": ["押金"], "loose_nouns": ["宿舍"], "joins": ["、"],
    "after": "不收", "doubled": "不给", "cue": "先",
}  # fmt: skip


def data(**row: Any) -> str:
    rules = [{**ROW, **row}]
    stances = {"only": ["只要{}"]}
    return json.dumps(
        {"words": {"s": "[男女]"}, "stances": stances, "negation": NEGATION, "text_rules": rules, "fact_rules": []}
    )


def test_a_stance_is_taken_about_the_group() -> None:
    (rule,) = parse(data(of="<s>", stances=["only"])).text
    assert [list(rule.hits(text)) for text in ("只要男", "限女", "只要力气")] == [[(0, 3)], [(0, 2)], []]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"patterns": ["限("]}, r"rule sex: .*unterminated"),
        ({"patterns": ["限<nobody>"]}, "rule sex: no list of words is called <nobody>"),
        ({"patterns": ["限.*男"]}, "rule sex: a repetition without an end"),
        ({"patterns": ["(?:限|要)+男"]}, "rule sex: a repetition without an end"),
        ({"severity": "fatal"}, "rule sex: 'fatal' is not a valid Severity"),
        ({"negation": "maybe"}, "rule sex: 'maybe'"),
        ({"only_if": "night"}, "rule sex: only_if can be hazardous"),
        ({"of": "<s>", "stances": ["never"]}, "rule sex: 'never'"),
        ({"yields_to": ["nobody"]}, "rule sex: yields to nobody, which is no rule"),
        ({"law": ["就业促进法第二十七条"]}, "rule sex: 就业促进法第二十七条: no citation"),
    ],
)
def test_a_fault_names_the_rule(row: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(data(**row))


def test_no_pattern_is_passed_over_that_would_have_matched() -> None:
    rules = default_rules()
    for path in (Path(__file__).parent / "corpus").glob("*.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            text = fold(json.loads(line)["text"]).text
            tried = rules.tried(text)
            for rule in rules.text:
                assert rule.hits(text, tried.get(rule.id, ())) == rule.hits(text), (rule.id, text)


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("押金", [{"押"}, {"金"}]),
        ("(?:男|女)工", [{"工"}, {"男", "女"}]),
        ("限?(?<!不)男{0,3}", []),
        ("[男女]{1,2}(?!工)", [{"男", "女"}]),
        ("(?:男|)工", [{"工"}]),
        ("[^不]好", [{"好"}]),
    ],
)
def test_what_a_pattern_needs(pattern: str, needed: list[set[str]]) -> None:
    assert sorted(map(sorted, necessary(pattern))) == sorted(map(sorted, needed))


def test_an_id_stands_once() -> None:
    raw = json.loads(data())
    raw["text_rules"] *= 2
    with pytest.raises(ValueError, match="an id stands twice: sex"):
        parse(json.dumps(raw))


def test_every_citation_shipped_can_be_said_in_english() -> None:
    rules = default_rules()
    laws = {law for rule in rules.text for law in rule.law} | {
        law for row in rules.facts.values() for law in row["law"]
    }
    assert all(in_english(law) for law in laws)


@pytest.mark.parametrize(
    ("citation", "english"),
    [
        ("劳动合同法 第九条", "Labour Contract Law, art. 9"),
        ("劳动合同法 第八十四条", "Labour Contract Law, art. 84"),
        ("劳动法 第三十六条", "Labour Law, art. 36"),
        ("未成年工特殊保护规定 第三条", "Provisions on Special Protection of Underage Workers, art. 3"),
        (
            "就业服务与就业管理规定 第十八、十九条",
            "Provisions on Employment Services and Employment Management, arts. 18, 19",
        ),
        ("劳动法 第一百条", "Labour Law, art. 100"),
    ],
)
def test_a_citation_in_english(citation: str, english: str) -> None:
    assert in_english(citation) == english

"""Disguises are seen through, denials are believed, and a long text costs in proportion."""

import json
import time
from datetime import date

import pytest

from gongqiao.needs.postings.lint import Finding, PostingDraft, Severity, default_rules, lint
from gongqiao.needs.postings.lint.folding import fold

TODAY = date(2026, 11, 25)


def found(text: str, hazardous: bool = False) -> tuple[Finding, ...]:
    return lint(PostingDraft(texts={"content": text}, hazardous=hazardous), today=TODAY, minimum_pay=None)


def ids(text: str, hazardous: bool = False) -> list[str]:
    return [finding.rule_id for finding in found(text, hazardous)]


@pytest.mark.parametrize(
    "written",
    ["押金", "押·金", "押 金", "押-金", "押💰", "壓金", "ｙａjin", "鸭金", "ya金", "押\u200b金", "yj"],
)
def test_a_disguised_deposit_is_quoted_as_written(written: str) -> None:
    (finding,) = found(f"入职交{written}200，包住。")
    assert (finding.rule_id, finding.severity) == ("deposit", Severity.REFUSE)
    assert written in finding.quote


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("限nan，能扛包", "sex"),
        ("限♀，打包", "sex"),
        ("限 女 工", "sex"),
        ("外地勿扰", "hukou"),
        ("外·地·勿·扰", "hukou"),
        ("刷dan，日结", "scam"),
        ("SFZ押前台", "documents"),
        ("查己肝", "pathogen"),
        ("僱傭搬運工，衹要壯漢，謝絕婦女", "sex"),
        ("押壹佰", "deposit"),
    ],
)
def test_other_disguises(text: str, rule: str) -> None:
    assert ids(text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "不收押金",
        "不收任何押金、保证金",
        "押金一律不收",
        "押金？不存在的",
        "没有押金没有服装费没有中介费",
        "不收中介费，押金，服装费",
        "凡是要你交押金的都是骗子",
        "体检费由厂里出",
        "服装费？厂里出。中介费？没有。",
        "男女不限，户籍不限",
        "不查乙肝，不问婚育",
        "不打白条，不押工资",
    ],
)
def test_a_denial_is_no_finding(text: str) -> None:
    assert ids(text) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("不交押金不给上班", "deposit"),
        ("不交服装费不安排", "fee"),
        ("不收中介费，先交押金200", "deposit"),
        ("无押金，但需先交100元服装押金", "deposit"),
        ("不放弃社保的别来，签放弃社保声明", "waiver"),
    ],
)
def test_a_denial_taken_back_is_a_finding(text: str, rule: str) -> None:
    assert rule in ids(text)


def test_one_finding_a_rule_and_field_with_all_its_wordings() -> None:
    draft = PostingDraft(texts={"title": "限男", "content": "只要男的，女工勿扰。"})
    findings = lint(draft, today=TODAY, minimum_pay=None)
    assert [(each.field, each.rule_id, each.quotes) for each in findings] == [
        ("title", "sex", ("限男",)),
        ("content", "sex", ("只要男的", "女工勿扰")),
    ]


def test_a_text_written_downwards_is_read_across() -> None:
    (finding,) = found("交\n押\n金\n再\n来")
    assert (finding.rule_id, finding.quote) == ("deposit", "押\n金")


def test_worst_first() -> None:
    findings = found("轻松日入500，18-40岁，限女。")
    assert [finding.severity for finding in findings] == [Severity.REFUSE, Severity.DECIDE, Severity.NOTE]


def test_a_wording_is_told_once_by_the_strongest_rule() -> None:
    assert ids("不缴社保，多给300补贴") == ["waiver"]
    assert ids("包住，不缴社保") == ["no-insurance"]


def test_sixteen_is_forbidden_for_hazardous_trades_only() -> None:
    assert ids("16岁以上", hazardous=True) == ["young-hazard"]
    assert ids("满16周岁，带身份证") == []


@pytest.mark.parametrize("text", ["", "。，！", "💰", "\n\n", "a" * 50])
def test_nothing_is_found_in_nothing(text: str) -> None:
    assert ids(text) == []


def test_folding_keeps_where_each_character_stood() -> None:
    text = "交 yajin ２００"
    folded = fold(text)
    assert folded.text == "交押金200"
    start = folded.text.index("押金")
    left, right = folded.span(start, start + 2)
    assert text[left:right] == "yajin"


TRAPS = (
    "1", "男", "男、", "柳州", "本地", "乙肝、", "高血压、", "不收中介费、", "身份证", "女工1", "就", "不收", "押 ",
    "提前走", "一\n", "招工优先不要外地男女押金费身份证工资保险",
)  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_a_long_text_costs_in_proportion(trap: str) -> None:
    """Four times the text may take at most eight times as long (16 were quadratic), in the processor's own time."""
    short, long = ((trap * 10_000)[:length] for length in (2_500, 10_000))
    found("先把规则读进来")
    assert _cost(long) <= 8 * max(_cost(short), 0.005)


def _cost(text: str) -> float:
    """The least of three: a collection of garbage is nobody's text."""
    costs = []
    for _turn in range(3):
        start = time.process_time()
        found(text)
        costs.append(time.process_time() - start)
    return min(costs)


def test_every_finding_names_its_law_and_a_legal_wording_in_both_languages() -> None:
    for rule in default_rules().text:
        said = (rule.law, rule.why_zh, rule.why_en, rule.suggestion_zh, rule.suggestion_en)
        assert all(said), rule.id
    (finding,) = found("限男")
    assert finding.law_en[0] == "Employment Promotion Law, art. 27"
    assert json.dumps(finding.why_en, ensure_ascii=True) == json.dumps(finding.why_en, ensure_ascii=False)

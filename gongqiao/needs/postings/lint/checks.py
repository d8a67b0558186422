"""Holding a draft against the rules: texts by pattern, facts by figure."""

from collections.abc import Iterator
from datetime import date

from gongqiao.needs.postings.lint.draft import Finding, MinimumPay, PostingDraft, Severity
from gongqiao.needs.postings.lint.folding import fold
from gongqiao.needs.postings.lint.rules import RuleSet, TextRule, default_rules

MONTH_HOURS = 174  # 21.75 days of 8 hours (劳社部发〔2008〕3号)
LONG_DAY, LONGEST_DAY = 8.0, 11.0  # 劳动法 第三十六、四十一条
TOO_GOOD_HOUR_FEN = 10_000


def lint(
    draft: PostingDraft, *, today: date, minimum_pay: MinimumPay | None, rules: RuleSet | None = None
) -> tuple[Finding, ...]:
    """At most one finding per rule and field, worst first. An unknown minimum gives no finding."""
    rules = rules or default_rules()
    found = [
        finding
        for name, text in draft.texts.items()
        if text
        for finding in _in_text(name, text, rules.text, draft.hazardous)
    ]
    found += [_of_fact(rules, rule) for rule in _facts(draft, today, minimum_pay)]
    order = list(Severity)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def _in_text(name: str, text: str, rules: tuple[TextRule, ...], hazardous: bool) -> Iterator[Finding]:
    folded = fold(text)
    for rule in rules:
        if rule.only_hazardous and not hazardous:
            continue
        for hit in rule.hits(folded.text):
            start, end = folded.span(*hit)
            yield Finding(
                rule.id, rule.severity, name, (start, end), text[start:end], rule.law,
                rule.why_zh, rule.why_en, rule.suggestion_zh, rule.suggestion_en,
            )  # fmt: skip


def _without_covered(found: list[Finding]) -> list[Finding]:
    """Leave out what lies on a wording that must be refused anyhow."""
    refused = [finding.span for finding in found if finding.severity is Severity.REFUSE and finding.span]
    return [
        finding
        for finding in found
        if finding.severity is Severity.REFUSE
        or not any(finding.span and left < finding.span[1] and finding.span[0] < right for left, right in refused)
    ]


def _facts(draft: PostingDraft, today: date, minimum: MinimumPay | None) -> Iterator[str]:
    """Ids of the fact rules that speak."""
    longest = draft.hours_per_day or 0
    if longest > LONGEST_DAY:
        yield "day-over-11"
    elif longest > LONG_DAY:
        yield "day-over-8"
    hourly = _hourly(draft)
    if hourly is not None and hourly > TOO_GOOD_HOUR_FEN:
        yield "pay-too-good"
    if hourly is not None and minimum is not None and _below(hourly, draft, minimum):
        yield "pay-below-minimum"
    if draft.valid_until is not None and draft.valid_until < today:
        yield "validity-past"


def _hourly(draft: PostingDraft) -> float | None:
    if not draft.pay_fen:
        return None
    if draft.pay_unit == "hour":
        return float(draft.pay_fen)
    if draft.pay_unit == "month":
        return draft.pay_fen / MONTH_HOURS
    if draft.pay_unit in ("day", "trip") and draft.hours_per_day:
        return draft.pay_fen / draft.hours_per_day
    return None


def _below(hourly: float, draft: PostingDraft, minimum: MinimumPay) -> bool:
    if draft.pay_unit == "month":
        return minimum.month_fen is not None and (draft.pay_fen or 0) < minimum.month_fen
    return minimum.hour_fen is not None and hourly < minimum.hour_fen


def _of_fact(rules: RuleSet, rule_id: str) -> Finding:
    row = rules.facts[rule_id]
    return Finding(
        rule_id, Severity(row["severity"]), row["field"], None, "", tuple(row["law"]),
        row["why_zh"], row["why_en"], row["suggestion_zh"], row["suggestion_en"],
    )  # fmt: skip

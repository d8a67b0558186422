"""Holding a draft against the rules: texts by pattern here, facts by figure in facts.py."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from gongqiao.needs.postings.lint.draft import Finding, MinimumPay, PostingDraft, Severity
from gongqiao.needs.postings.lint.facts import Fact, broken
from gongqiao.needs.postings.lint.folding import fold
from gongqiao.needs.postings.lint.rules import RuleSet, TextRule, default_rules

TEXTS_KEPT = 4096
_ORDER = {severity: rank for rank, severity in enumerate(Severity)}


def lint(
    draft: PostingDraft, *, today: date, minimum_pay: MinimumPay | None, rules: RuleSet | None = None
) -> tuple[Finding, ...]:
    """At most one finding per rule and field, worst first. An unknown minimum gives no finding."""
    rules = rules or default_rules()
    found = [
        finding
        for name, text in draft.texts.items()
        if text
        for finding in _in_text(name, text, rules, draft.hazardous)
    ]
    found += [_of_fact(rules, fact) for fact in broken(draft, today, minimum_pay)]
    return tuple(sorted(found, key=lambda finding: _ORDER[finding.severity]))


def _in_text(name: str, text: str, rules: RuleSet, hazardous: bool) -> Iterator[Finding]:
    for rule, spans in _broken_by(text, rules, hazardous):
        first, *others = [text[start:end] for start, end in spans]
        yield Finding(
            rule.id, rule.severity, name, spans[0], first, rule.law,
            rule.why_zh, rule.why_en, rule.suggestion_zh, rule.suggestion_en,
            tuple(dict.fromkeys(other for other in others if other != first)),
        )  # fmt: skip


@lru_cache(maxsize=TEXTS_KEPT)
def _broken_by(text: str, rules: RuleSet, hazardous: bool) -> tuple[tuple[TextRule, list[tuple[int, int]]], ...]:
    """The rules a text breaks, and where; kept, because employers write the same words again and again."""
    folded = fold(text)
    tried = rules.tried(folded.text)
    looked = [rule for rule in rules.text if rule.id in tried and (hazardous or not rule.only_hazardous)]
    hits = {rule.id: [folded.span(*hit) for hit in rule.hits(folded.text, tried[rule.id])] for rule in looked}
    found = []
    for rule in looked:
        stronger = [span for other in rule.yields_to for span in hits.get(other, ())]
        spans = [span for span in hits[rule.id] if not any(_overlap(span, other) for other in stronger)]
        if spans:
            found.append((rule, spans))
    return tuple(found)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _of_fact(rules: RuleSet, fact: Fact) -> Finding:
    row = rules.facts[fact.rule_id]
    said = {key: row[key].format(**fact.words) for key in ("why_zh", "why_en", "suggestion_zh", "suggestion_en")}
    return Finding(fact.rule_id, Severity(row["severity"]), row["field"], None, "", tuple(row["law"]), **said)

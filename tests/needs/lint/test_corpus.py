"""The lint against labelled postings: every set with the figure it must meet, by severity."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gongqiao.needs.postings.lint import Finding, PostingDraft, lint

CORPUS = Path(__file__).parent / "corpus"
TODAY = date(2026, 11, 25)


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines()]


def found(text: str) -> tuple[Finding, ...]:
    return lint(PostingDraft(texts={"content": text}), today=TODAY, minimum_pay=None)


def pairs(findings: tuple[Finding, ...]) -> set[tuple[str, str]]:
    return {(finding.rule_id, finding.severity.value) for finding in findings}


def expected(row: dict[str, Any]) -> set[tuple[str, str]]:
    return {(label["rule"], label["severity"]) for label in row["expect"]}


def test_the_dev_set_is_found_exactly() -> None:
    wrong = [
        (row["text"], sorted(expected(row)), sorted(pairs(found(row["text"]))))
        for name in ("dev_bad", "dev_good")
        for row in rows(name)
        if pairs(found(row["text"])) != expected(row)
    ]
    assert wrong == []


# Of a hundred labels (one rule in one text) at least so many are found: of those to refuse, of those to decide.
RECALL = {"heldout": (98, 98), "fresh": (98, 98), "blind": (97, 97), "last": (97, 97), "third": (98, 98)}


@pytest.mark.parametrize("name", RECALL)
@pytest.mark.parametrize("severity", ["refuse", "decide"])
def test_what_the_law_forbids_is_found(name: str, severity: str) -> None:
    labels = hits = 0
    missed = []
    for row in rows(f"{name}_bad"):
        wanted = {label for label in expected(row) if label[1] == severity}
        got = pairs(found(row["text"]))
        labels, hits = labels + len(wanted), hits + len(wanted & got)
        missed += [(row["text"], *label) for label in sorted(wanted - got)]
    assert labels >= 10
    assert 100 * hits >= RECALL[name][severity == "decide"] * labels, missed


# At most so many of a set's honest postings are held up: refused, or put before a specialist.
HELD_UP = {"heldout": (0, 0), "fresh": (0, 0), "blind": (1, 0), "last": (0, 0), "third": (0, 0), "plain": (0, 0)}


@pytest.mark.parametrize("name", HELD_UP)
def test_an_honest_posting_is_not_held_up(name: str) -> None:
    wrong = [(row["text"], sorted(pairs(found(row["text"])))) for row in rows(f"{name}_good")]
    count = Counter(severity for _text, got in wrong for severity in {severity for _rule, severity in got})
    most = dict(zip(("refuse", "decide"), HELD_UP[name], strict=True))
    assert {each: count[each] for each in most if count[each] > most[each]} == {}, [each for each in wrong if each[1]]


# Of a hundred findings in texts that break a rule at least so many are labelled: hardly one is beside the point.
PRECISION = {"heldout": 95, "fresh": 98, "blind": 98, "last": 98, "third": 98}


@pytest.mark.parametrize("name", PRECISION)
def test_what_is_found_is_what_is_wrong(name: str) -> None:
    both = [(expected(row), pairs(found(row["text"])), row["text"]) for row in rows(f"{name}_bad")]
    beside = [(text, *label) for wanted, got, text in both for label in sorted(got - wanted)]
    total = sum(len(got) for _wanted, got, _text in both)
    assert 100 * (total - len(beside)) >= PRECISION[name] * total, beside


def test_a_finding_quotes_the_text_as_it_was_written() -> None:
    for name in ("dev", "heldout", "fresh", "blind", "last", "third"):
        for row in rows(f"{name}_bad"):
            text = row["text"]
            for finding in found(text):
                assert finding.span is not None
                start, end = finding.span
                assert text[start:end] == finding.quote
                assert all(quote in text for quote in finding.quotes)


def test_each_label_stands_in_its_text_and_is_what_is_quoted() -> None:
    apart = []
    for row in rows("dev_bad"):
        quotes = {finding.rule_id: finding.quotes for finding in found(row["text"])}
        for label in row["expect"]:
            assert label["quote"] in row["text"], row
            if not any(_touch(row["text"], label["quote"], quote) for quote in quotes[label["rule"]]):
                apart.append((row["text"], label["quote"], quotes[label["rule"]]))
    assert apart == []


def _touch(text: str, one: str, other: str) -> bool:
    return text.find(one) < text.find(other) + len(other) and text.find(other) < text.find(one) + len(one)


def test_no_text_stands_twice() -> None:
    texts = Counter(row["text"] for path in CORPUS.glob("*.jsonl") for row in rows(path.stem))
    assert [text for text, count in texts.items() if count > 1] == []

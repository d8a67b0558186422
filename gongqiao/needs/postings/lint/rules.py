"""The rules as data: data/rules.json, read and checked once."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from gongqiao.needs.postings.lint.draft import Severity


@dataclass(frozen=True)
class TextRule:
    """Patterns over the folded text; a hit is dropped when a negator stands shortly before it in the same clause."""

    id: str
    severity: Severity
    pattern: re.Pattern[str]
    negator: re.Pattern[str] | None
    law: tuple[str, ...]
    why_zh: str
    why_en: str
    suggestion_zh: str
    suggestion_en: str


@dataclass(frozen=True)
class RuleSet:
    """All text rules, and the words of the rules over facts by their id."""

    text: tuple[TextRule, ...]
    facts: dict[str, dict[str, Any]]


@cache
def default_rules() -> RuleSet:
    """The rules shipped; a fault in the data names the rule."""
    return parse(resources.files(__package__).joinpath("data/rules.json").read_text("utf-8"))


def parse(text: str) -> RuleSet:
    raw = json.loads(text)
    negators = "|".join(raw["negators"])
    rules = tuple(_rule(row, negators) for row in raw["text_rules"])
    ids = [rule.id for rule in rules] + [row["id"] for row in raw["fact_rules"]]
    if len(ids) != len(set(ids)):
        raise ValueError(f"rules.json: an id stands twice: {sorted(i for i in ids if ids.count(i) > 1)[0]}")
    return RuleSet(rules, {row["id"]: row for row in raw["fact_rules"]})


def _rule(row: dict[str, Any], negators: str) -> TextRule:
    try:
        return TextRule(
            id=row["id"],
            severity=Severity(row["severity"]),
            pattern=re.compile("|".join(f"(?:{pattern})" for pattern in row["patterns"])),
            negator=re.compile(f"(?:(?:{negators})[^，。；！？,;!?只但]{{0,8}}|[不无免勿])$")
            if row.get("negatable", False)
            else None,
            law=tuple(row["law"]),
            why_zh=row["why_zh"],
            why_en=row["why_en"],
            suggestion_zh=row["suggestion_zh"],
            suggestion_en=row["suggestion_en"],
        )
    except (KeyError, ValueError, re.error) as error:
        raise ValueError(f"rules.json, rule {row.get('id', '?')}: {error}") from None

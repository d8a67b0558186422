"""One posting template per trade: at most six questions, the rest prefilled (paper 5.1; ecosystem reading E1).

Data: data/templates.json. A null there stands for 没说: a template claims nothing the employer did not say.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from gongqiao.foundation.occupations.trades import Trade, TradeCatalogue, UsualShift, catalogue

MOST_QUESTIONS = 6
QUESTION_KEYS = {
    "headcount": "number",
    "day": "date",
    "hours": "hours",
    "pay": "money",
    "place": "place",
    "pay_when": "choice",
}
PAY_WHEN_WORDS = {
    "same_day": "当天给钱",
    "next_day": "第二天给钱",
    "on_finish": "干完就结",
    "weekly": "一周一结",
    "monthly": "一月一结",
}
"""Choices of the question pay_when: codes of the posting and what people say."""


class TemplateDataError(ValueError):
    """templates.json breaks one of its own rules; the text names the row and the rule."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing only the employer knows; `kind` says which field of the form asks it."""

    key: str
    ask: str
    kind: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LegalLine:
    """A sentence printed under the posting, with its article."""

    text: str
    law: str


@dataclass(frozen=True, slots=True)
class PostingTemplate:
    """What a posting of this trade starts from; every value may be changed by the employer."""

    trade: str
    title: str
    content: str
    conditions: str
    certificates: tuple[str, ...]
    minimum_age: int
    pay_unit: str
    usual_pay_fen: tuple[int, int]
    hours: UsualShift
    other_hours: tuple[UsualShift, ...]
    meals: str | None
    meals_choices: tuple[str, ...]
    travel_choices: tuple[str, ...]
    insurance_choices: tuple[str, ...]
    questions: tuple[Question, ...]
    legal: tuple[LegalLine, ...]


@cache
def templates() -> Mapping[str, PostingTemplate]:
    """All templates by trade code, in the catalogue's order, read and checked once."""
    text = resources.files(__package__).joinpath("data/templates.json").read_text("utf-8")
    return parse(text, catalogue())


def template_for(trade: str) -> PostingTemplate:
    """The template of a trade code; KeyError for a code that is no trade."""
    return templates()[trade]


def parse(text: str, trades: TradeCatalogue) -> Mapping[str, PostingTemplate]:
    """Read and check against the trades; raises TemplateDataError naming the row."""
    raw = json.loads(text)
    groups: Mapping[str, Mapping[str, Any]] = raw["groups"]
    for code in (*trades.groups, *groups):
        if code not in groups or code not in trades.groups:
            raise TemplateDataError(f"group {code}: must stand in both trades and templates")
    found: dict[str, PostingTemplate] = {}
    for number, row in enumerate(raw["templates"], start=1):
        code = row.get("trade", "")
        if code not in trades.trades:
            raise TemplateDataError(f"templates, row {number}: {code!r} is no trade")
        if code in found:
            raise TemplateDataError(f"templates, row {number}: {code} has a template already")
        trade = trades.trades[code]
        found[code] = _template(row, trade, groups[trade.group])
    missing = [code for code in trades.trades if code not in found]
    if missing:
        raise TemplateDataError(f"no template for {', '.join(missing)}")
    return MappingProxyType({code: found[code] for code in trades.trades})


def _template(row: Mapping[str, Any], trade: Trade, group: Mapping[str, Any]) -> PostingTemplate:
    for name in ("title", "content", "conditions"):
        if not row.get(name):
            raise TemplateDataError(f"template {trade.code}: {name} is empty")
    if group["meals"] is not None and group["meals"] not in group["meals_choices"]:
        raise TemplateDataError(f"group {trade.group}: meals {group['meals']!r} is not among its choices")
    first, *others = trade.shifts
    return PostingTemplate(
        trade=trade.code,
        title=row["title"],
        content=row["content"],
        conditions=row["conditions"],
        certificates=trade.required,
        minimum_age=trade.minimum_age,
        pay_unit=trade.pay.unit,
        usual_pay_fen=(trade.pay.low_fen, trade.pay.high_fen),
        hours=first,
        other_hours=tuple(others),
        meals=group["meals"],
        meals_choices=tuple(group["meals_choices"]),
        travel_choices=tuple(group["travel_choices"]),
        insurance_choices=tuple(group["insurance_choices"]),
        questions=_questions(trade.group, group["questions"]),
        legal=tuple(LegalLine(line["text"], line["law"]) for line in group["legal"]),
    )


def _questions(group: str, rows: list[Mapping[str, Any]]) -> tuple[Question, ...]:
    if len(rows) > MOST_QUESTIONS:
        raise TemplateDataError(f"group {group}: {len(rows)} questions, at most {MOST_QUESTIONS}")
    questions = tuple(Question(r["key"], r["ask"], r["kind"], tuple(r["choices"])) for r in rows)
    for question in questions:
        if QUESTION_KEYS.get(question.key) != question.kind:
            raise TemplateDataError(f"group {group}: question {question.key!r} of kind {question.kind!r} is unknown")
        if bool(question.choices) != (question.kind == "choice"):
            raise TemplateDataError(f"group {group}: question {question.key} must offer choices exactly when it is one")
        if question.key == "pay_when" and not set(question.choices) <= set(PAY_WHEN_WORDS):
            raise TemplateDataError(f"group {group}: pay_when offers a choice that is none of {list(PAY_WHEN_WORDS)}")
    if len({q.key for q in questions}) != len(questions):
        raise TemplateDataError(f"group {group}: a question is asked twice")
    return questions

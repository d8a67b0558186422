"""The rules as data: data/rules.json, read and checked once. `<name>` in a pattern stands for a list of words."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from typing import Any

from gongqiao.needs.postings.lint.draft import Severity
from gongqiao.needs.postings.lint.laws import in_english
from gongqiao.needs.postings.lint.necessary import Pattern

_NAME = re.compile(r"<([a-z][a-z0-9-]*)>")
_LITERAL = re.compile(r"\\.|\[[^\]]*\]")  # an escaped character, a class
_ENDLESS = re.compile(r"[*+]|\{\d*,\}")
_CLAUSE_END = re.compile(r"[,。;!?、\n]")
_DEEPEST = 6
_LOOK_BACK, _LOOK_AHEAD = 40, 32


@dataclass(frozen=True)
class Negation:
    """How a wording is denied: 不收任何押金, 押金一律不收; and how the denial is taken back: 不交押金不给上班.

    A list denied at its head (不收中介费，押金，服装费) goes on over commas until a sum or another cue of payment.
    """

    before: re.Pattern[str]
    before_listed: re.Pattern[str] | None
    after: re.Pattern[str]
    taken_back: re.Pattern[str]
    cue: re.Pattern[str]

    def denies(self, text: str, start: int, end: int) -> bool:
        """Whether the words around the hit say that it is just not so."""
        head, tail = text[max(0, start - _LOOK_BACK) : start], text[end : end + _LOOK_AHEAD]
        if self.taken_back.match(tail):
            return False
        if self.before.search(head) or self.after.match(tail):
            return True
        if self.before_listed is None or not self.before_listed.search(head):
            return False
        return not self.cue.search(_CLAUSE_END.split(text[start : end + 8])[0])


@dataclass(frozen=True)
class TextRule:
    """Patterns over the folded text. A hit inside a harmless wording is none; a denied one neither.

    A wording that a rule of `yields_to` finds too is that rule's alone: 不交社保多给300 is a waiver, no more.
    """

    id: str
    severity: Severity
    patterns: tuple[Pattern, ...]
    harmless: re.Pattern[str] | None
    negation: Negation | None
    only_hazardous: bool
    law: tuple[str, ...]
    why_zh: str
    why_en: str
    suggestion_zh: str
    suggestion_en: str
    yields_to: frozenset[str] = frozenset()

    def hits(self, text: str, tried: Iterable[Pattern] | None = None) -> list[tuple[int, int]]:
        """Stretches of the folded text that break the rule, the first and longest where they overlap.

        `tried` are its patterns that may match at all, if that is known.
        """
        spans = {
            (match.start(), _whole_number(text, match.end()))
            for pattern in (self.patterns if tried is None else tried)
            for match in pattern.found.finditer(text)
        }
        if not spans:
            return []
        safe = [match.span() for match in self.harmless.finditer(text)] if self.harmless else []
        kept: list[tuple[int, int]] = []
        for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
            if kept and start < kept[-1][1]:
                continue
            if not any(left < end and start < right for left, right in safe) and not self._denied(text, start, end):
                kept.append((start, end))
        return kept

    def _denied(self, text: str, start: int, end: int) -> bool:
        return self.negation is not None and self.negation.denies(text, start, end)


def _whole_number(text: str, end: int) -> int:
    """A hit that ends within a number takes all of it: 费800, not 费8."""
    while text[end - 1].isdigit() and end < len(text) and text[end].isdigit():
        end += 1
    return end


@dataclass(frozen=True, eq=False)
class RuleSet:
    """All text rules, and the words of the rules over facts by their id. One set is equal to itself only."""

    text: tuple[TextRule, ...]
    facts: Mapping[str, Mapping[str, Any]]

    @cached_property
    def _by_character(self) -> dict[str, list[tuple[str, Pattern]]]:
        """Rule and pattern by each character of the pattern's narrowest need; those without a need under ''."""
        index: dict[str, list[tuple[str, Pattern]]] = {"": []}
        for rule in self.text:
            for pattern in rule.patterns:
                for character in pattern.needed[0] if pattern.needed else ("",):
                    index.setdefault(character, []).append((rule.id, pattern))
        return index

    def tried(self, text: str) -> dict[str, set[Pattern]]:
        """By rule, the patterns that may match the text, by a look at its characters."""
        characters = frozenset(text)
        index, tried = self._by_character, dict[str, set[Pattern]]()
        for character in ("", *characters):
            for rule, pattern in index.get(character, ()):
                if not any(characters.isdisjoint(one) for one in pattern.needed[1:]):
                    tried.setdefault(rule, set()).add(pattern)
        return tried


@cache
def default_rules() -> RuleSet:
    """The rules shipped; a fault in the data names the rule."""
    return parse(resources.files(__package__).joinpath("data/rules.json").read_text("utf-8"))


def parse(text: str) -> RuleSet:
    """Read rules; ValueError names the rule and what is wrong with it."""
    raw = json.loads(text)
    words = raw["words"]
    listed = _negation(raw["negation"], words)
    negations = {"none": None, "near": replace(listed, before_listed=None), "listed": listed}
    rules = tuple(_rule(row, words, raw["stances"], negations) for row in raw["text_rules"])
    ids = [rule.id for rule in rules] + [row["id"] for row in raw["fact_rules"]]
    if len(ids) != len(set(ids)):
        raise ValueError(f"rules.json: an id stands twice: {sorted(i for i in ids if ids.count(i) > 1)[0]}")
    for rule in rules:
        if unknown := rule.yields_to - set(ids):
            raise ValueError(f"rules.json, rule {rule.id}: yields to {sorted(unknown)[0]}, which is no rule")
    return RuleSet(rules, {row["id"]: row for row in raw["fact_rules"]})


def _rule(
    row: Mapping[str, Any],
    words: Mapping[str, str],
    stances: Mapping[str, list[str]],
    negations: Mapping[str, Negation | None],
) -> TextRule:
    try:
        return TextRule(
            id=row["id"],
            severity=Severity(row["severity"]),
            patterns=tuple(
                Pattern.of(_bounded(expanded(pattern, words)))
                for pattern in [*_of_group(row, stances), *row["patterns"]]
            ),
            harmless=_any_of(row["harmless"], words) if row.get("harmless") else None,
            negation=negations[row["negation"]],
            only_hazardous=_only_hazardous(row),
            law=_cited(row["law"]),
            why_zh=row["why_zh"],
            why_en=row["why_en"],
            suggestion_zh=row["suggestion_zh"],
            suggestion_en=row["suggestion_en"],
            yields_to=frozenset(row.get("yields_to", ())),
        )
    except (KeyError, ValueError, re.error) as error:
        raise ValueError(f"rules.json, rule {row.get('id', '?')}: {error}") from None


def _cited(law: list[str]) -> tuple[str, ...]:
    for citation in law:
        in_english(citation)  # a citation that cannot be read is a fault of the rule
    return tuple(law)


def _only_hazardous(row: Mapping[str, Any]) -> bool:
    if row.get("only_if", "hazardous") != "hazardous":
        raise ValueError(f"only_if can be hazardous, not {row['only_if']!r}")
    return "only_if" in row


def _of_group(row: Mapping[str, Any], stances: Mapping[str, list[str]]) -> list[str]:
    """A rule about a group of people: only they, not they, rather they; `{}` in a stance is the group."""
    return [pattern.replace("{}", row["of"]) for stance in row.get("stances", ()) for pattern in stances[stance]]


def _any_of(patterns: list[str], words: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_bounded(expanded(pattern, words))})" for pattern in patterns))


def _bounded(pattern: str) -> str:
    """The pattern itself; ValueError when a repetition in it has no end, which on a long text could cost too much."""
    re.compile(pattern)
    if endless := _ENDLESS.search(_LITERAL.sub("", pattern)):
        raise ValueError(f"a repetition without an end ({endless[0]}): a long text would cost too much")
    return pattern


def expanded(pattern: str, words: Mapping[str, str]) -> str:
    """The pattern with every `<name>` written out; ValueError for a name that is no list of words."""
    for _depth in range(_DEEPEST):
        if not _NAME.search(pattern):
            return pattern
        pattern = _NAME.sub(lambda match: _words(match[1], words), pattern)
    raise ValueError("a list of words contains itself")


def _words(name: str, words: Mapping[str, str]) -> str:
    if name not in words:
        raise ValueError(f"no list of words is called <{name}>")
    return f"(?:{words[name]})"  # a group of its own: what follows, ? or {0,4}, is meant for the whole list


def _negation(raw: Mapping[str, Any], words: Mapping[str, str]) -> Negation:
    def one_of(*names: str) -> str:
        return "(?:" + "|".join(expanded(word, words) for name in names for word in raw[name]) + ")"

    denial, filler, noun, join = one_of("words"), one_of("fillers"), one_of("nouns"), one_of("joins")
    start = f"{denial}{filler}{{0,6}}"
    return Negation(
        before=re.compile(f"{start}(?:{noun}(?:的|费)?(?:{join}{filler}{{0,4}})?){{0,6}}$"),
        before_listed=re.compile(
            f"{start}(?:{one_of('nouns', 'loose_nouns')}(?:的|费)?(?:(?:{join}|,){filler}{{0,4}})?){{0,8}}$"
        ),
        after=re.compile(expanded(raw["after"], words)),
        taken_back=re.compile(expanded(raw["doubled"], words)),
        cue=re.compile(expanded(raw["cue"], words)),
    )

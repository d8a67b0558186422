"""What a text must contain before a pattern is tried: most patterns fail on most texts by a look at its characters.

`necessary(pattern)` is a tuple of sets; whatever the pattern matches has a character of each. Read from the parsed
pattern of the standard library (re._parser, private, therefore the test that holds it against every rule).
"""

import re
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Self

_parser: Any = import_module("re._parser")
_MANY = 400  # a set that large tells nothing


@dataclass(frozen=True, eq=False)
class Pattern:
    """A pattern and what a text must have for it to be worth trying."""

    found: re.Pattern[str]
    needed: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, pattern: str) -> Self:
        return cls(re.compile(pattern), necessary(pattern))


def necessary(pattern: str) -> tuple[frozenset[str], ...]:
    """The sets of characters of which each match has one, rarest kinds first; () when nothing can be said."""
    return tuple(sorted(set(_of_sequence(_parser.parse(pattern))), key=len))


def _of_sequence(items: Any) -> list[frozenset[str]]:
    return [needed for operator, argument in items for needed in _of_item(str(operator), argument)]


def _of_item(operator: str, argument: Any) -> list[frozenset[str]]:
    if operator == "LITERAL":
        return [frozenset(chr(argument))]
    if operator == "IN":
        return _of_class(argument)
    if operator == "SUBPATTERN":
        return _of_sequence(argument[-1])
    if operator in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _of_sequence(argument[2]) if argument[0] > 0 else []
    if operator == "BRANCH":
        return _of_branch(argument[1])
    return []


def _of_class(members: Any) -> list[frozenset[str]]:
    found: set[str] = set()
    for operator, argument in members:
        if str(operator) == "LITERAL":
            found.add(chr(argument))
        elif str(operator) == "RANGE" and argument[1] - argument[0] < _MANY:
            found |= {chr(code) for code in range(argument[0], argument[1] + 1)}
        elif str(operator) == "CATEGORY" and str(argument) == "CATEGORY_DIGIT":
            found |= set("0123456789")
        else:
            return []
    return [frozenset(found)]


def _of_branch(branches: Any) -> list[frozenset[str]]:
    """One of the branches matches: the narrowest set of each, together."""
    together: set[str] = set()
    for branch in branches:
        needed = _of_sequence(branch)
        if not needed:
            return []
        together |= min(needed, key=len)
    return [frozenset(together)] if len(together) < _MANY else []

"""An expression cut into tokens (XPath 1.0, section 3.7)."""

import re
from dataclasses import dataclass

from gongqiao.engines.xforms.errors import XPathError

MOST_CHARACTERS = 20_000

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
  | (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<text>"[^"]*"|'[^']*')
  | (?P<sign>//|::|<=|>=|!=|\.\.|[()\[\].@,/|+\-=<>*$])
  | (?P<name>[^\W\d][\w.\-]*(?::(?!:)[^\W\d][\w.\-]*|:\*)?)
    """,
    re.VERBOSE,
)
_OPERATOR_NAMES = frozenset({"and", "or", "div", "mod"})
_BEFORE_OPERAND = frozenset({"@", "::", "(", "[", ",", "/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: number, text, name, sign or operator; `at`: where it stands."""

    kind: str
    text: str
    at: int


def tokens(expression: str) -> list[Token]:
    """XPathError names the expression and the place."""
    if len(expression) > MOST_CHARACTERS:
        raise XPathError(f"an expression of more than {MOST_CHARACTERS} characters")
    found: list[Token] = []
    at = 0
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if match is None:
            raise XPathError(f"{expression!r}: cannot be read at {expression[at : at + 10]!r}")
        kind, text = str(match.lastgroup), match.group()
        if kind != "space":
            found.append(_placed(kind, text, at, found))
        at = match.end()
    return found


def _placed(kind: str, text: str, at: int, before: list[Token]) -> Token:
    """`*`, and, or, div, mod are operators where an operand has just ended."""
    after_operand = bool(before) and before[-1].kind != "operator" and before[-1].text not in _BEFORE_OPERAND
    if kind == "text":
        return Token(kind, text[1:-1], at)
    if after_operand and (text == "*" or text in _OPERATOR_NAMES):
        return Token("operator", text, at)
    return Token(kind, text, at)

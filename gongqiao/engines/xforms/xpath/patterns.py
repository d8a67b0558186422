"""Patterns of regex(): does the whole text match (java.util.regex, Matcher.matches)? In time that grows with the text
and the pattern alone, whatever they are: all ways of matching are gone together (K. Thompson, CACM 11(6), 1968), none
is tried after another. What needs going back (\\1, look-around, \\b) is left to Python's re, in a narrow frame.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from gongqiao.engines.xforms.errors import XPathError

MOST_PATTERN, MOST_MATCHED = 500, 10_000
MOST_STATES = 4_000  # after counted repeats are written out
MOST_KNOWN = 20_000  # steps remembered by a pattern
MOST_BACK, MOST_MATCHED_BACK = 3, 200  # repeats of a pattern that goes back, and characters it is given
SPECIAL = frozenset("\\^$.|?*+()[{")
CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}

Test = Callable[[str], bool]
Tree = tuple[object, ...]


class Back(Exception):
    """The pattern goes back over what it has matched."""


@lru_cache(maxsize=512)
def compiled_pattern(text: str) -> Test:
    """Ready to be asked of a text; XPathError for what is no pattern, or too large a one."""
    if len(text) > MOST_PATTERN:
        raise XPathError(f"regex(): a pattern of more than {MOST_PATTERN} characters")
    try:
        return _Machine(_Reader(text).whole()).matches
    except Back:
        return _going_back(text)


def _going_back(text: str) -> Test:
    """Few repeats, none within another, over a short text: at worst some million steps."""
    if re.search(r"[+*}?|]\s*\)\s*[+*{]", text) or len(re.findall(r"[+*]|\{\d+,\d*\}", text)) > MOST_BACK:
        raise XPathError(f"regex(): {text!r} repeats a repeat and looks back, which can take for ever")
    try:
        pattern = re.compile(text, re.ASCII)
    except (re.error, FutureWarning, DeprecationWarning) as why:
        raise XPathError(f"regex(): {text!r}: {why}") from None

    def matches(subject: str) -> bool:
        if len(subject) > MOST_MATCHED_BACK:
            raise XPathError(f"regex(): a text of more than {MOST_MATCHED_BACK} characters for {text!r}")
        return pattern.fullmatch(subject) is not None

    return matches


class _Reader:
    """Recursive descent; a tree is ("one", test), ("all", trees), ("any", trees), ("repeat", tree, least, most),
    ("begin",) or ("end",)."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.nested, self.blind = text, 0, 0, False
        if text.startswith("(?i)"):
            self.at, self.blind = 4, True

    def whole(self) -> Tree:
        found = self.choice()
        if self.at < len(self.text):
            raise self.error()
        return found

    def error(self) -> XPathError:
        return XPathError(f"regex(): {self.text!r} cannot be read at {self.at + 1}")

    def sees(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def take(self) -> str:
        if self.at >= len(self.text):
            raise self.error()
        self.at += 1
        return self.text[self.at - 1]

    def choice(self) -> Tree:
        ways = [self.sequence()]
        while self.sees("|"):
            self.at += 1
            ways.append(self.sequence())
        return ways[0] if len(ways) == 1 else ("any", ways)

    def sequence(self) -> Tree:
        parts: list[Tree] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self.repeated(self.part()))
        return ("all", parts)

    def repeated(self, tree: Tree) -> Tree:
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign in "*+?":
                self.at += 1
                least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
            elif sign == "{":
                least, most = self.counted()
            else:
                return tree
            if self.sees("+"):
                raise Back  # a possessive repeat gives nothing back
            if self.sees("?"):
                self.at += 1  # how much is taken does not matter when the whole must match
            tree = ("repeat", tree, least, most)
        return tree

    def counted(self) -> tuple[int, int | None]:
        found = re.compile(r"\{(\d{1,4})(,(\d{1,4})?)?\}", re.ASCII).match(self.text, self.at)
        if found is None:
            raise self.error()
        self.at = found.end()
        least = int(found[1])
        most = (int(found[3]) if found[3] else None) if found[2] else least
        if most is not None and most < least:
            raise self.error()
        return least, most

    def part(self) -> Tree:
        sign = self.take()
        match sign:
            case "^":
                return ("begin",)
            case "$":
                return ("end",)
            case ".":
                return ("one", lambda character: character not in "\n\r\u0085\u2028\u2029")
            case "(":
                return self.group()
            case "[":
                return ("one", self.class_())
            case "\\":
                return self.escape()
            case "*" | "+" | "?" | "{":
                self.at -= 1
                raise self.error()
        return ("one", self.literal(sign))

    def literal(self, sign: str) -> Test:
        same = {sign, sign.lower(), sign.upper()} if self.blind else {sign}
        return same.__contains__

    def group(self) -> Tree:
        if self.sees("?:"):
            self.at += 2
        elif self.sees("?"):
            raise Back  # (?= (?! (?<= (?i: …
        self.nested += 1
        if self.nested > 50:
            raise self.error()
        found = self.choice()
        self.nested -= 1
        if self.take() != ")":
            self.at -= 1
            raise self.error()
        return found

    def escape(self) -> Tree:
        test = self.escaped()
        if test is not None:
            return ("one", test)
        sign = self.take()
        if sign in "bBGZAzRXQEk" or sign.isdigit():
            raise Back
        return ("one", self.literal(self.character(sign)))

    def escaped(self) -> Test | None:
        """After the backslash: a kind of character, None when it is a single one."""
        sign = self.text[self.at : self.at + 1]
        if sign and sign in "dDwWsS":
            self.at += 1
            kind = _KINDS[sign.lower()]
            return kind if sign.islower() else _not(kind)
        if sign and sign in "pP":
            self.at += 1
            kind = self.property()
            return kind if sign == "p" else _not(kind)
        return None

    def property(self) -> Test:
        """\\p{L}, \\p{Lu}, \\p{IsHan} …: a general category, or the script of Chinese."""
        found = re.compile(r"\{(?:Is|script=|Script=)?(\w+)\}|([A-Z])").match(self.text, self.at)
        if found is None:
            raise self.error()
        self.at = found.end()
        name = found[1] or found[2]
        if name in ("Han", "Ideographic"):
            return lambda character: unicodedata.name(character, "").startswith("CJK UNIFIED IDEOGRAPH")
        name = {"Alphabetic": "L", "Letter": "L", "Digit": "Nd", "Uppercase": "Lu", "Lowercase": "Ll"}.get(name, name)
        if len(name) > 2:
            raise self.error()
        return lambda character: unicodedata.category(character).startswith(name)

    def character(self, sign: str) -> str:
        """The single character that stands for itself after a backslash."""
        if sign in CONTROLS:
            return CONTROLS[sign]
        size = {"x": 2, "u": 4}.get(sign, 0)
        if size:
            digits = self.text[self.at : self.at + size]
            if not re.fullmatch(r"[0-9a-fA-F]+", digits) or len(digits) < size:
                raise self.error()
            self.at += size
            return chr(int(digits, 16))
        if sign.isalpha():
            raise self.error()
        return sign

    def class_(self) -> Test:
        """[a-z_], [^0-9\\p{L}]; a class within a class is not read."""
        turned = self.sees("^")
        self.at += turned
        tests: list[Test] = []
        first = True
        while first or not self.sees("]"):
            first = False
            if self.sees("[") or self.sees("&&"):
                raise self.error()
            tests.append(self.member())
        self.at += 1

        def within(character: str) -> bool:
            return any(test(character) for test in tests)

        return _not(within) if turned else within

    def member(self) -> Test:
        sign = self.take()
        if sign == "\\":
            test = self.escaped()
            if test is not None:
                return test
            sign = self.character(self.take())
        if not self.sees("-") or self.sees("-]"):
            return self.literal(sign)
        self.at += 1
        end = self.take()
        if end == "\\":
            end = self.character(self.take())
        if end < sign:
            raise self.error()
        if self.blind:
            return lambda character: any(
                sign <= each <= end for each in (character, character.lower(), character.upper())
            )
        return lambda character: sign <= character <= end


def _not(test: Test) -> Test:
    return lambda character: not test(character)


_KINDS: dict[str, Test] = {
    "d": lambda character: "0" <= character <= "9",
    "w": lambda character: character == "_" or (character.isascii() and character.isalnum()),
    "s": lambda character: character in " \t\n\x0b\f\r",
}  # ASCII, as in Java


@dataclass
class _State:
    """One of: a test and what follows; a fork; the beginning or the end of the text, and what follows; the goal."""

    kind: str
    test: Test | None = None
    after: list[int] = field(default_factory=list)


class _Machine:
    def __init__(self, tree: Tree) -> None:
        self.states = [_State("goal")]
        self.first = self._built(tree, 0)
        self.known: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def _add(self, state: _State) -> int:
        if len(self.states) >= MOST_STATES:
            raise XPathError(f"regex(): a pattern of more than {MOST_STATES} steps")
        self.states.append(state)
        return len(self.states) - 1

    def _built(self, tree: Tree, after: int) -> int:
        """The state at which the tree begins, so that it goes on at `after`."""
        match tree:
            case ("one", test):
                return self._add(_State("one", test, [after]))  # type: ignore[arg-type]
            case ("all", parts):
                for part in reversed(parts):  # type: ignore[call-overload]
                    after = self._built(part, after)
                return after
            case ("any", ways):
                return self._add(_State("fork", None, [self._built(way, after) for way in ways]))  # type: ignore[attr-defined]
            case ("repeat", inner, least, most):
                return self._repeated(inner, least, most, after)  # type: ignore[arg-type]
        return self._add(_State(str(tree[0]), None, [after]))

    def _repeated(self, inner: Tree, least: int, most: int | None, after: int) -> int:
        at = after
        if most is None:
            at = self._add(_State("fork"))
            self.states[at].after = [self._built(inner, at), after]
        for _ in range(0 if most is None else most - least):
            at = self._add(_State("fork", None, [self._built(inner, at), after]))
        for _ in range(least):
            at = self._built(inner, at)
        return at

    def matches(self, subject: str) -> bool:
        if len(subject) > MOST_MATCHED:
            raise XPathError(f"regex(): a text of more than {MOST_MATCHED} characters")
        here = self._reached([self.first], begin=True, end=not subject)
        for character in subject:
            if not here:
                return False
            known = self.known.get((here, character))
            if known is None:
                known = self._stepped(here, character)
            here = known
        return 0 in (self._reached(here, begin=not subject, end=True))

    def _stepped(self, here: frozenset[int], character: str) -> frozenset[int]:
        passed = [
            self.states[at].after[0] for at in here if (test := self.states[at].test) is not None and test(character)
        ]
        found = self._reached(passed, begin=False, end=False)
        if len(self.known) < MOST_KNOWN:
            self.known[here, character] = found
        return found

    def _reached(self, states: "list[int] | frozenset[int]", *, begin: bool, end: bool) -> frozenset[int]:
        """With all that is reached without a character; a mark that does not hold here stays and waits."""
        waiting, found = list(states), set()
        while waiting:
            at = waiting.pop()
            if at in found:
                continue
            found.add(at)
            kind = self.states[at].kind
            if kind == "fork" or (kind == "begin" and begin) or (kind == "end" and end):
                waiting += self.states[at].after
        return frozenset(found)

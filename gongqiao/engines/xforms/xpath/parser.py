"""Reading an expression: recursive descent over XPath 1.0's grammar (sections 2 and 3)."""

from functools import lru_cache

from gongqiao.engines.xforms.errors import XPathError
from gongqiao.engines.xforms.xpath.syntax import (
    Call,
    Expression,
    Filtered,
    Negative,
    Number,
    Operation,
    Path,
    Step,
    Text,
)
from gongqiao.engines.xforms.xpath.tokens import Token, tokens

AXES = frozenset(
    {
        "ancestor",
        "ancestor-or-self",
        "attribute",
        "child",
        "descendant",
        "descendant-or-self",
        "following-sibling",
        "parent",
        "preceding-sibling",
        "self",
    }
)
NODE_TESTS = frozenset({"node", "text"})
LEVELS: tuple[frozenset[str], ...] = (  # the loosest first
    frozenset({"or"}),
    frozenset({"and"}),
    frozenset({"=", "!="}),
    frozenset({"<", "<=", ">", ">="}),
    frozenset({"+", "-"}),
    frozenset({"*", "div", "mod"}),
)
LEVEL = {sign: level for level, signs in enumerate(LEVELS) for sign in signs}
MOST_NESTED, MOST_OPERATORS = 60, 300  # of one expression: a tree that deep is still walked by recursion
ANYWHERE = Step("descendant-or-self", "*")


@lru_cache(maxsize=4096)
def parse(expression: str) -> Expression:
    """The tree of an expression; XPathError names what cannot be read."""
    reader = _Reader(expression, tokens(expression))
    found = reader.binary(0)
    if reader.here is not None:
        raise reader.error()
    return found


class _Reader:
    def __init__(self, expression: str, found: list[Token]) -> None:
        self.expression = expression
        self.tokens = found
        self.at = 0
        self.nested = 0
        self.operators = 0

    @property
    def here(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def error(self) -> XPathError:
        if self.here is None:
            return XPathError(f"{self.expression!r}: ends too early")
        return XPathError(f"{self.expression!r}: {self.here.text!r} cannot stand at {self.here.at + 1}")

    def sees(self, *texts: str, ahead: int = 0) -> bool:
        at = self.at + ahead
        if at >= len(self.tokens):
            return False
        token = self.tokens[at]
        return token.kind in ("sign", "operator") and token.text in texts

    def take(self, text: str) -> None:
        if not self.sees(text):
            raise self.error()
        self.at += 1

    def binary(self, level: int) -> Expression:
        """By climbing: a frame for each operator that binds more tightly than the one before, not for each level."""
        left = self.unary()
        while (found := self.level()) >= level:
            sign = self.tokens[self.at].text
            self.operator()
            left = Operation(sign, left, self.binary(found + 1))
        return left

    def level(self) -> int:
        """How tightly the operator at hand binds; -1 when there is none."""
        token = self.here
        if token is None or token.kind not in ("sign", "operator") or (token.text == "*" and token.kind != "operator"):
            return -1
        return LEVEL.get(token.text, -1)

    def operator(self) -> None:
        self.at += 1
        self.operators += 1
        if self.operators > MOST_OPERATORS:
            raise XPathError(f"an expression of more than {MOST_OPERATORS} operators")

    def unary(self) -> Expression:
        minus = 0
        while self.sees("-"):
            self.at += 1
            minus += 1
        found = self.union()
        return Negative(found) if minus % 2 else Operation("+", found, Number(0.0)) if minus else found

    def union(self) -> Expression:
        left = self.path()
        while self.sees("|"):
            self.operator()
            left = Operation("|", left, self.path())
        return left

    def path(self) -> Expression:
        if self.sees("/"):
            self.at += 1
            return Path(True, self.steps() if self.begins_step() else ())
        if self.sees("//"):
            self.at += 1
            return Path(True, (ANYWHERE, *self.steps()))
        if self.begins_step():
            return Path(False, self.steps())
        start = self.filtered()
        if self.sees("/", "//") and not isinstance(start, Call | Filtered):
            raise XPathError(f"{self.expression!r}: a path goes on from instance(…) or current(), not from (…)")
        if self.sees("/"):
            self.at += 1
            return Path(False, self.steps(), start)
        if self.sees("//"):
            self.at += 1
            return Path(False, (ANYWHERE, *self.steps()), start)
        return start

    def begins_step(self) -> bool:
        token = self.here
        if token is None:
            return False
        if token.kind == "name":
            call = self.sees("(", ahead=1)
            return not call or token.text in NODE_TESTS
        return token.kind == "sign" and token.text in (".", "..", "@", "*")

    def steps(self) -> tuple[Step, ...]:
        found = [self.step()]
        while self.sees("/", "//"):
            if self.sees("//"):
                found.append(ANYWHERE)
            self.at += 1
            found.append(self.step())
        return tuple(found)

    def step(self) -> Step:
        if self.sees("."):
            self.at += 1
            return Step("self", "*", self.predicates())
        if self.sees(".."):
            self.at += 1
            return Step("parent", "*", self.predicates())
        axis = "child"
        token = self.here
        if self.sees("@"):
            self.at += 1
            axis = "attribute"
        elif token is not None and token.kind == "name" and self.sees("::", ahead=1):
            axis = token.text
            if axis not in AXES:
                raise XPathError(f"{self.expression!r}: there is no axis {axis!r}")
            self.at += 2
        return Step(axis, self.name_test(), self.predicates())

    def name_test(self) -> str:
        token = self.here
        if self.sees("*"):
            self.at += 1
            return "*"
        if token is None or token.kind != "name":
            raise self.error()
        self.at += 1
        if self.sees("("):
            if token.text != "node":
                raise XPathError(f"{self.expression!r}: {token.text}() is not supported")
            self.take("(")
            self.take(")")
            return "*"
        if token.text.endswith(":*"):
            raise XPathError(f"{self.expression!r}: {token.text} is not supported")
        return token.text.rpartition(":")[2]

    def predicates(self) -> tuple[Expression, ...]:
        found = []
        while self.sees("["):
            self.at += 1
            found.append(self.inner())
            self.take("]")
        return tuple(found)

    def filtered(self) -> Expression:
        of = self.primary()
        predicates = self.predicates()
        if predicates and not isinstance(of, Call):
            raise XPathError(f"{self.expression!r}: […] stands after a path, not after (…)")
        return Filtered(of, predicates) if predicates else of

    def primary(self) -> Expression:
        token = self.here
        if token is None:
            raise self.error()
        if token.kind == "number":
            self.at += 1
            return Number(float(token.text))
        if token.kind == "text":
            self.at += 1
            return Text(token.text)
        if self.sees("("):
            self.at += 1
            found = self.inner()
            self.take(")")
            return found
        if token.kind == "name" and self.sees("(", ahead=1):
            self.at += 2
            return Call(token.text, self.arguments())
        raise self.error()

    def arguments(self) -> tuple[Expression, ...]:
        found: list[Expression] = []
        while not self.sees(")"):
            if found:
                self.take(",")
            found.append(self.inner())
        self.at += 1
        return tuple(found)

    def inner(self) -> Expression:
        self.nested += 1
        if self.nested > MOST_NESTED:
            raise XPathError(f"an expression nested more than {MOST_NESTED} deep")
        found = self.binary(0)
        self.nested -= 1
        return found

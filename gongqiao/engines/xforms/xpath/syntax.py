"""What an expression says, as a tree."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Text:
    value: str


@dataclass(frozen=True, slots=True)
class Negative:
    of: "Expression"


@dataclass(frozen=True, slots=True)
class Operation:
    """`sign`: or and = != < <= > >= + - * div mod |"""

    sign: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Step:
    """`axis`: child, attribute, self, parent, descendant-or-self …; `name` without its prefix, "*" for any."""

    axis: str
    name: str
    predicates: "tuple[Expression, ...]" = ()


@dataclass(frozen=True, slots=True)
class Path:
    """From the root (`absolute`), from an expression (`start`), or from the context."""

    absolute: bool
    steps: tuple[Step, ...]
    start: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class Filtered:
    of: "Expression"
    predicates: "tuple[Expression, ...]"


Expression = Number | Text | Negative | Operation | Call | Path | Filtered

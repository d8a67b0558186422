"""The functions of an expression by name: how many values each takes, how it is built."""

from collections.abc import Callable
from dataclasses import dataclass

from gongqiao.engines.xforms.xpath.context import Context
from gongqiao.engines.xforms.xpath.syntax import Expression
from gongqiao.engines.xforms.xpath.values import Value

Run = Callable[[Context], Value]
Build = Callable[[list[Run], tuple[Expression, ...]], Run]
MANY = 1_000


@dataclass(frozen=True, slots=True)
class Function:
    least: int
    most: int
    build: Build

    @property
    def counts(self) -> str:
        if self.least == self.most:
            return str(self.least)
        return f"{self.least} or more" if self.most == MANY else f"{self.least} to {self.most}"


FUNCTIONS: dict[str, Function] = {}


def lazy(name: str, least: int, most: int | None = None) -> Callable[[Build], Build]:
    """A function that works out its own values, or looks at how they are written."""

    def register(build: Build) -> Build:
        FUNCTIONS[name] = Function(least, least if most is None else most, build)
        return build

    return register


def plain(name: str, least: int, most: int | None = None) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """A function of its values alone."""

    def register(function: Callable[..., Value]) -> Callable[..., Value]:
        def build(arguments: list[Run], written: tuple[Expression, ...]) -> Run:
            if len(arguments) == 1:
                only = arguments[0]
                return lambda context: function(only(context))
            return lambda context: function(*[each(context) for each in arguments])

        FUNCTIONS[name] = Function(least, least if most is None else most, build)
        return function

    return register


def worldly(name: str, least: int, most: int | None = None) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """A function of the context and its values."""

    def register(function: Callable[..., Value]) -> Callable[..., Value]:
        def build(arguments: list[Run], written: tuple[Expression, ...]) -> Run:
            return lambda context: function(context, *[each(context) for each in arguments])

        FUNCTIONS[name] = Function(least, least if most is None else most, build)
        return function

    return register

"""Numbers and yes-no."""

import math
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from decimal import Context as Digits

from gongqiao.engines.xforms.errors import XPathError
from gongqiao.engines.xforms.xpath.context import Context
from gongqiao.engines.xforms.xpath.library import MANY, Run, lazy, plain, worldly
from gongqiao.engines.xforms.xpath.syntax import Expression
from gongqiao.engines.xforms.xpath.values import (
    NAN,
    Value,
    node_value,
    single,
    to_bool,
    to_integer,
    to_number,
    to_text,
)

MOST_PLACES = 30
MOST_DIGITS = 17


@plain("true", 0)
def true() -> Value:
    return True


@plain("false", 0)
def false() -> Value:
    return False


@plain("boolean", 1)
def boolean(value: Value) -> Value:
    return to_bool(value)


@plain("not", 1)
def negated(value: Value) -> Value:
    return not to_bool(value)


@plain("boolean-from-string", 1)
def boolean_from_string(value: Value) -> Value:
    return to_text(value).lower() in ("true", "1")


@plain("number", 1)
def number(value: Value) -> Value:
    return to_number(value)


@plain("int", 1)
def integer(value: Value) -> Value:
    return to_integer(value)


@plain("floor", 1)
def floor(value: Value) -> Value:
    return _whole(math.floor, to_number(value))


@plain("ceiling", 1)
def ceiling(value: Value) -> Value:
    return _whole(math.ceil, to_number(value))


def _whole(rounding: Callable[[float], int], value: float) -> float:
    return float(rounding(value)) if math.isfinite(value) else value


@plain("round", 1, 2)
def rounded(value: Value, places: Value = 0.0) -> Value:
    """A half goes towards plus infinity, in decimal digits; NaN for more than 30 places either way (JavaRosa)."""
    amount, digits = to_number(value), to_integer(places)
    if not math.isfinite(amount):
        return amount
    if not abs(digits) <= MOST_PLACES:
        return NAN
    if digits < 0:
        unit = 10.0 ** -int(digits)
        return float(math.trunc(amount / unit + 0.5)) * unit
    exact = Decimal(repr(amount))
    if exact.adjusted() >= MOST_DIGITS:
        return amount
    way = ROUND_HALF_DOWN if amount < 0 else ROUND_HALF_UP
    return float(exact.quantize(Decimal(1).scaleb(-int(digits)), way, Digits(prec=MOST_PLACES + MOST_DIGITS + 1)))


@plain("abs", 1)
def absolute(value: Value) -> Value:
    return abs(to_number(value))


@plain("pow", 2)
def power(base: Value, exponent: Value) -> Value:
    """As java.lang.Math.pow: no exception, NaN or Infinity instead."""
    one, other = to_number(base), to_number(exponent)
    try:
        return math.pow(one, other)
    except OverflowError:
        return math.copysign(math.inf, one) if one < 0 and other % 2 else math.inf
    except ValueError:
        return math.inf if one == 0 else NAN


@plain("sqrt", 1)
def root(value: Value) -> Value:
    amount = to_number(value)
    return math.sqrt(amount) if amount >= 0 else NAN


@plain("exp", 1)
def exponential(value: Value) -> Value:
    return _total(math.exp, to_number(value))


@plain("exp10", 1)
def exponential10(value: Value) -> Value:
    return power(10.0, value)


@plain("log", 1)
def logarithm(value: Value) -> Value:
    return _logarithm(math.log, to_number(value))


@plain("log10", 1)
def logarithm10(value: Value) -> Value:
    return _logarithm(math.log10, to_number(value))


def _logarithm(function: Callable[[float], float], value: float) -> float:
    if value > 0 or math.isnan(value):
        return function(value)
    return -math.inf if value == 0 else NAN


def _total(function: Callable[[float], float], value: float) -> float:
    try:
        return function(value)
    except OverflowError:
        return math.inf
    except ValueError:
        return NAN


@plain("pi", 0)
def pi() -> Value:
    return math.pi


def _trigonometry(name: str, function: Callable[[float], float]) -> None:
    plain(name, 1)(lambda value: _total(function, to_number(value)))


for _name in ("sin", "cos", "tan", "asin", "acos", "atan"):
    _trigonometry(_name, getattr(math, _name))


@plain("atan2", 2)
def atan2(y: Value, x: Value) -> Value:
    return math.atan2(to_number(y), to_number(x))


@worldly("random", 0)
def chance(context: Context) -> Value:
    return context.world.random.random()


def amounts(values: Iterable[Value]) -> list[float]:
    """One node-set, or several values."""
    listed = list(values)
    if len(listed) == 1 and isinstance(listed[0], list):
        return [to_number(node_value(node)) for node in listed[0]]
    return [to_number(value) for value in listed]


@plain("sum", 1)
def total(values: Value) -> Value:
    if not isinstance(values, list):
        raise XPathError("sum() adds up nodes")
    return math.fsum(amount for amount in amounts([values]) if not math.isnan(amount))


@plain("max", 1, MANY)
def most(*values: Value) -> Value:
    return _extreme(max, values)


@plain("min", 1, MANY)
def least(*values: Value) -> Value:
    return _extreme(min, values)


def _extreme(choose: Callable[[list[float]], float], values: Iterable[Value]) -> float:
    """What is no number does not count; NaN of no numbers at all."""
    found = [amount for amount in amounts(values) if not math.isnan(amount)]
    return choose(found) if found else NAN


@plain("count", 1)
def count(nodes: Value) -> Value:
    if not isinstance(nodes, list):
        raise XPathError("count() counts nodes")
    return float(len(nodes))


@plain("count-non-empty", 1)
def count_non_empty(nodes: Value) -> Value:
    if not isinstance(nodes, list):
        raise XPathError("count-non-empty() counts nodes")
    return float(sum(bool(node.text or node.children) for node in nodes))


@lazy("if", 3)
def choose(arguments: list[Run], written: tuple[Expression, ...]) -> Run:
    test, yes, no = arguments
    return lambda context: single(yes(context)) if to_bool(test(context)) else single(no(context))


@lazy("coalesce", 1, MANY)
def coalesce(arguments: list[Run], written: tuple[Expression, ...]) -> Run:
    """The first that is not empty, else the last."""

    def run(context: Context) -> Value:
        found: Value = ""
        for each in arguments:
            found = single(each(context))
            if found != "" and not (isinstance(found, float) and math.isnan(found)):
                return found
        return found

    return run


@lazy("depend", 1, MANY)
def depend(arguments: list[Run], written: tuple[Expression, ...]) -> Run:
    """The first value, worked out again when any of the others changes."""
    return arguments[0]


@lazy("once", 1)
def once(arguments: list[Run], written: tuple[Expression, ...]) -> Run:
    """What stands there already, else the value."""
    only = arguments[0]

    def run(context: Context) -> Value:
        here = context.origin or context.node
        return node_value(here) if here.text else single(only(context))

    return run


@plain("checklist", 2, MANY)
def checklist(low: Value, high: Value, *ticks: Value) -> Value:
    listed = _each(ticks)
    return _between(low, high, float(sum(to_bool(tick) for tick in listed)))


@plain("weighted-checklist", 2, MANY)
def weighted_checklist(low: Value, high: Value, *pairs: Value) -> Value:
    listed = _pairs(pairs)
    return _between(low, high, math.fsum(to_number(weight) for tick, weight in listed if to_bool(tick)))


def _between(low: Value, high: Value, found: float) -> bool:
    """-1 leaves a side open."""
    first, last = to_number(low), to_number(high)
    return (first < 0 or found >= first) and (last < 0 or found <= last)


def _each(values: tuple[Value, ...]) -> list[Value]:
    if len(values) == 1 and isinstance(values[0], list):
        return [node_value(node) for node in values[0]]
    return list(values)


def _pairs(values: tuple[Value, ...]) -> list[tuple[Value, Value]]:
    if len(values) == 2 and isinstance(values[0], list) and isinstance(values[1], list):
        if len(values[0]) != len(values[1]):
            raise XPathError("weighted-checklist(): as many weights as ticks")
        return [(node_value(tick), node_value(weight)) for tick, weight in zip(*values, strict=True)]
    if len(values) % 2:
        raise XPathError("weighted-checklist(): each tick needs its weight")
    return list(zip(values[::2], values[1::2], strict=True))

"""From a tree to something that runs: each part becomes a function of the context, once."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from gongqiao.engines.xforms.errors import XPathError
from gongqiao.engines.xforms.nodes import Node
from gongqiao.engines.xforms.xpath import choices, library, moments, numbers, places, sequences, texts
from gongqiao.engines.xforms.xpath.columns import rows_with, sought
from gongqiao.engines.xforms.xpath.context import Context
from gongqiao.engines.xforms.xpath.parser import parse
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
from gongqiao.engines.xforms.xpath.values import NEARLY, Value, single, to_bool, to_number, to_text

Run = Callable[[Context], Value]
GROUPS = (choices, moments, numbers, places, sequences, texts)  # each registers its functions with the library


@lru_cache(maxsize=4096)
def compiled(expression: str) -> Run:
    """Ready to run; XPathError for what cannot be read, or calls a function nobody knows."""
    return _compile(parse(expression))


def _compile(tree: Expression) -> Run:
    match tree:
        case Number(value) | Text(value):
            return lambda context: value
        case Negative(of):
            inner = _compile(of)
            return lambda context: -to_number(inner(context))
        case Operation(sign, left, right):
            return _operation(sign, _compile(left), _compile(right))
        case Call(name, arguments):
            return _call(name, arguments)
        case Filtered(of, predicates):
            return _filtered(_compile(of), [_compile(each) for each in predicates])
        case Path():
            return _path(tree)
    raise XPathError(f"not an expression: {tree!r}")


def _operation(sign: str, left: Run, right: Run) -> Run:
    if sign == "and":
        return lambda context: to_bool(left(context)) and to_bool(right(context))
    if sign == "or":
        return lambda context: to_bool(left(context)) or to_bool(right(context))
    if sign == "=":
        return lambda context: _equal(left(context), right(context))
    if sign == "!=":
        return lambda context: not _equal(left(context), right(context))
    if sign == "|":
        return lambda context: _union(left(context), right(context))
    calculate = _CALCULATIONS.get(sign) or _COMPARISONS[sign]
    return lambda context: calculate(to_number(left(context)), to_number(right(context)))


def _equal(left: Value, right: Value) -> bool:
    """Two node-sets or a node-set of several: equal when any pair is. Else by the stricter kind of the two."""
    if isinstance(left, list) and len(left) > 1:
        return any(_equal([node], right) for node in left)
    if isinstance(right, list) and len(right) > 1:
        return any(_equal(left, [node]) for node in right)
    left, right = single(left), single(right)
    if isinstance(left, bool) or isinstance(right, bool):
        return to_bool(left) == to_bool(right)
    if isinstance(left, float) or isinstance(right, float):
        one, other = to_number(left), to_number(right)
        return one == other or abs(one - other) < NEARLY
    if isinstance(left, datetime) and isinstance(right, datetime):
        return left.date() == right.date()
    return to_text(left) == to_text(right)


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    if math.isnan(left) or not left:
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _remainder(left: float, right: float) -> float:
    """The sign of the left, as in Java."""
    if not right or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return math.nan
    return math.fmod(left, right)


_CALCULATIONS: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "div": _divide,
    "mod": _remainder,
}
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _union(left: Value, right: Value) -> list[Node]:
    if not isinstance(left, list) or not isinstance(right, list):
        raise XPathError("| joins nodes only")
    return list(dict.fromkeys([*left, *right]))


def _call(name: str, arguments: tuple[Expression, ...]) -> Run:
    function = library.FUNCTIONS.get(name)
    if function is None:
        raise XPathError(f"there is no function {name}()")
    if not function.least <= len(arguments) <= function.most:
        raise XPathError(f"{name}() takes {function.counts} values, not {len(arguments)}")
    return function.build([_compile(each) for each in arguments], arguments)


def _filtered(of: Run, predicates: list[Run]) -> Run:
    def run(context: Context) -> Value:
        found = of(context)
        if not isinstance(found, list):
            raise XPathError("[…] stands after nodes only")
        return _narrow(found, predicates, context)

    return run


def _narrow(nodes: list[Node], predicates: Iterable[Run], context: Context) -> list[Node]:
    """A number keeps the node at that place, anything else those it is true for."""
    for keeps in predicates:
        size = len(nodes)
        context.world.spend(size)
        kept = []
        for position, node in enumerate(nodes, 1):
            value = single(keeps(context.at(node, position, size)))
            if value == position if isinstance(value, float) else to_bool(value):
                kept.append(node)
        nodes = kept
    return nodes


@dataclass(frozen=True)
class _Row:
    """The first predicate of a step that can be answered from an index: a column, what it equals, what else holds."""

    column: str
    value: Run
    rest: list[Run]

    def find(self, parent: Node, name: str, context: Context) -> list[Node] | None:
        """None where every row has to be looked at."""
        value = self.value(Context(context.world, parent, origin=context.origin or context.node))
        if isinstance(value, list) and len(value) > 1:
            return None
        text = single(value)
        if not isinstance(text, str):
            return None
        found = rows_with(parent, name, self.column, text, context.world)
        return _narrow(found, self.rest, context) if found is not None else None


def _row(step: Step) -> _Row | None:
    asked = sought(step.predicates[0]) if step.axis == "child" and step.predicates else None
    if asked is None:
        return None
    rest = [_truth(_compile(each)) for each in asked.rest] + [_compile(each) for each in step.predicates[1:]]
    return _Row(asked.column, _compile(asked.value), rest)


def _truth(run: Run) -> Run:
    return lambda context: to_bool(run(context))


def _path(tree: Path) -> Run:
    start = _compile(tree.start) if tree.start is not None else None
    steps = [(step, _AXES[step.axis], [_compile(each) for each in step.predicates], _row(step)) for step in tree.steps]
    follows = tree.absolute and all(step.axis == "child" for step in tree.steps)

    def run(context: Context) -> Value:
        if start is not None:
            begun = start(context)
            if not isinstance(begun, list):
                raise XPathError("/ stands after nodes only")
            nodes = begun
        elif tree.absolute:
            nodes = [_above(context.origin or context.node)]
        else:
            nodes = [context.node]
        line = _line(context.origin or context.node) if follows else ()
        for number, (step, axis, predicates, row) in enumerate(steps):
            last = number + 1 == len(steps)
            found = row.find(nodes[0], step.name, context) if row is not None and len(nodes) == 1 else None
            if found is not None:
                nodes = found
            else:
                nodes = _stepped(nodes, step, axis, predicates, context, () if last or predicates else line)
        return [node for node in nodes if node.relevant]

    return run


def _stepped(
    nodes: list[Node],
    step: Step,
    axis: Callable[[Node, str], list[Node]],
    predicates: list[Run],
    context: Context,
    line: tuple[Node, ...],
) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        reached = axis(node, step.name)
        context.world.spend(len(reached))
        if line and len(reached) > 1:
            own = [each for each in reached if each in line]
            reached = own or reached
        found += _narrow(reached, predicates, context) if predicates else reached
    return list(dict.fromkeys(found)) if len(nodes) > 1 else found


def _line(node: Node) -> tuple[Node, ...]:
    """The node and all above it: an absolute path goes through the turn of a repeat that the expression stands in, as
    ODK's forms expect (JavaRosa's TreeReference.contextualize)."""
    found = []
    at: Node | None = node
    while at is not None:
        found.append(at)
        at = at.parent
    return tuple(found)


def _above(node: Node) -> Node:
    """The document above the root element."""
    root = node.root()
    document = Node("#document")
    document.children = [root]
    return document


def _matching(nodes: Iterable[Node], name: str) -> list[Node]:
    return list(nodes) if name == "*" else [node for node in nodes if node.name == name]


def _parent(node: Node, name: str) -> list[Node]:
    return _matching([node.parent] if node.parent is not None else [], name)


def _ancestors(node: Node, name: str) -> list[Node]:
    return _matching(_line(node)[1:], name)


def _siblings(node: Node, after: bool) -> list[Node]:
    if node.parent is None:
        return []
    children = node.parent.children
    at = next((index for index, child in enumerate(children) if child is node), len(children))
    return children[at + 1 :] if after else children[:at][::-1]


_AXES: dict[str, Callable[[Node, str], list[Node]]] = {
    "child": lambda node, name: _matching(node.children, name),
    "attribute": lambda node, name: _matching(node.attributes.values(), name),
    "self": lambda node, name: _matching([node], name),
    "parent": _parent,
    "ancestor": _ancestors,
    "ancestor-or-self": lambda node, name: _matching(_line(node), name),
    "descendant": lambda node, name: _matching([each for child in node.children for each in _below(child)], name),
    "descendant-or-self": lambda node, name: _matching(_below(node), name),
    "following-sibling": lambda node, name: _matching(_siblings(node, True), name),
    "preceding-sibling": lambda node, name: _matching(_siblings(node, False), name),
}


def _below(node: Node) -> list[Node]:
    found = [node]
    for child in node.children:
        found += _below(child)
    return found

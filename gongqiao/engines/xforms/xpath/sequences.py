"""Turns of repeats: which one, and a field of another one."""

import math

from gongqiao.engines.xforms.errors import XPathError
from gongqiao.engines.xforms.nodes import Node
from gongqiao.engines.xforms.xpath.context import Context
from gongqiao.engines.xforms.xpath.library import Run, lazy
from gongqiao.engines.xforms.xpath.syntax import Expression, Path
from gongqiao.engines.xforms.xpath.values import Value, to_integer


@lazy("position", 0, 1)
def position(arguments: list[Run], written: tuple[Expression, ...]) -> Run:
    """Among the nodes looked at; with a node: among those of its name beside it, 0 when there is no such node."""
    if not arguments:
        return lambda context: float(context.position if context.origin is not None else _turn(context.node))
    only = arguments[0]

    def run(context: Context) -> Value:
        nodes = only(context)
        if not isinstance(nodes, list):
            raise XPathError("position() is asked of a node")
        if not nodes:
            return 0.0
        context.world.spend(len(nodes[0].parent.children) if nodes[0].parent is not None else 0)
        return float(_turn(nodes[0]))

    return run


def _turn(node: Node) -> int:
    if node.parent is None:
        return 1
    return node.parent.named(node.name).index(node) + 1


@lazy("indexed-repeat", 3, 11)
def indexed_repeat(arguments: list[Run], written: tuple[Expression, ...]) -> Run:
    """A field of the turns named: indexed-repeat(field, repeat, turn, inner repeat, its turn …). A turn below 1, or one
    that is no number yet, is the first (JavaRosa)."""
    if len(written) % 2 == 0:
        raise XPathError("indexed-repeat(): a field, then each repeat with its turn")

    def run(context: Context) -> Value:
        target = _names(written[0], context)
        turns: dict[int, int] = {}
        for at in range(1, len(written), 2):
            names = _names(written[at], context)
            if len(names) >= len(target) or target[: len(names)] != names:
                raise XPathError(f"indexed-repeat(): /{'/'.join(names)} is not above /{'/'.join(target)}")
            number = to_integer(arguments[at + 1](context))
            turns[len(names)] = int(min(max(number, 1.0), 1e6)) - 1 if not math.isnan(number) else 0
        return _descended(target, turns, context.origin or context.node)

    return run


def _names(path: Expression, context: Context) -> list[str]:
    """From the root down, of a path of plain steps."""
    if not isinstance(path, Path) or path.start is not None:
        raise XPathError("indexed-repeat(): paths only")
    names = [] if path.absolute else list((context.origin or context.node).place)
    for step in path.steps:
        if step.axis == "parent":
            del names[-1:]
        elif step.axis == "child" and step.name != "*" and not step.predicates:
            names.append(step.name)
        elif step.axis != "self":
            raise XPathError("indexed-repeat(): plain paths only")
    return names


def _descended(target: list[str], turns: dict[int, int], origin: Node) -> list[Node]:
    """Along the names; the turn named where one is, else the one that `origin` stands in, else all."""
    line = [origin]
    while line[-1].parent is not None:
        line.append(line[-1].parent)
    nodes = [line[-1]] if target[:1] == [line[-1].name] else []
    for depth, name in enumerate(target[1:], 2):
        reached = [child for node in nodes for child in node.named(name)]
        if depth in turns:
            nodes = reached[turns[depth] : turns[depth] + 1]
        else:
            nodes = [node for node in reached if any(node is each for each in line)] or reached
    return [node for node in nodes if node.relevant]

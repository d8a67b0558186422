"""Turns of repeats: which one, and a field of another one."""

from gongqiao.engines.xforms.errors import XPathError
from gongqiao.engines.xforms.nodes import Node
from gongqiao.engines.xforms.xpath.context import Context
from gongqiao.engines.xforms.xpath.library import MANY, Run, lazy
from gongqiao.engines.xforms.xpath.syntax import Expression, Path
from gongqiao.engines.xforms.xpath.values import Value, to_number


@lazy("position", 0, 1)
def position(arguments: list[Run], written: tuple[Expression, ...]) -> Run:
    """Among the nodes looked at; with a node: among those of its name beside it."""
    if not arguments:
        return lambda context: float(context.position if context.origin is not None else _turn(context.node))
    only = arguments[0]

    def run(context: Context) -> Value:
        nodes = only(context)
        if not isinstance(nodes, list) or not nodes:
            raise XPathError("position() is asked of a node")
        return float(_turn(nodes[0]))

    return run


def _turn(node: Node) -> int:
    if node.parent is None:
        return 1
    return node.parent.named(node.name).index(node) + 1


@lazy("indexed-repeat", 3, MANY)
def indexed_repeat(arguments: list[Run], written: tuple[Expression, ...]) -> Run:
    """A field of the turns named: indexed-repeat(field, repeat, turn, inner repeat, its turn …)."""
    field, pairs = written[0], list(zip(written[1::2], arguments[2::2], strict=True))
    if len(written) % 2 == 0 or not isinstance(field, Path) or not all(isinstance(each, Path) for each, _ in pairs):
        raise XPathError("indexed-repeat(): a field, then each repeat with its turn")
    reached = arguments[0]
    groups = arguments[1::2]

    def run(context: Context) -> Value:
        turns = [int(to_number(turn(context))) for _path, turn in pairs]
        whole = Context(context.world, (context.origin or context.node).root(), origin=None)
        chosen: list[Node] = []
        for group, number in zip(groups, turns, strict=True):
            found = [node for node in _all(group, whole, chosen)]
            if not 1 <= number <= len(found):
                return ""
            chosen.append(found[number - 1])
        return [node for node in _everywhere(reached, whole) if _inside(node, chosen[-1])]

    return run


def _all(group: Run, whole: Context, chosen: list[Node]) -> list[Node]:
    nodes = _everywhere(group, whole)
    return [node for node in nodes if not chosen or _inside(node, chosen[-1])]


def _everywhere(run: Run, whole: Context) -> list[Node]:
    found = run(whole)
    if not isinstance(found, list):
        raise XPathError("indexed-repeat(): paths only")
    return found


def _inside(node: Node, above: Node) -> bool:
    at: Node | None = node
    while at is not None:
        if at is above:
            return True
        at = at.parent
    return False

"""Rows of a list by what stands in one of their cells: a choice filter over 90,000 rows looks at those it keeps.

A step `item[district = /data/district and kind = 'a']` names a cell of the row and something that is the same for every
row; the first such equality is answered from an index made once for each list and column. Only the lists that came with
the form are asked so: nobody writes into them. Whatever else stands in [ ] is tried on the rows that are left.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gongqiao.engines.xforms.nodes import Node
from gongqiao.engines.xforms.xpath.context import World
from gongqiao.engines.xforms.xpath.syntax import Call, Expression, Filtered, Negative, Operation, Path, Text

PLACED = frozenset({"position", "last"})  # what they say changes when rows before are left out


@dataclass(frozen=True)
class Sought:
    """`column` of a row equals `value`, and `rest` holds too."""

    column: str
    value: Expression
    rest: tuple[Expression, ...]


def sought(predicate: Expression) -> Sought | None:
    """None for a predicate that has to be tried on every row."""
    parts = list(_parts(predicate))
    if any(isinstance(each, Call) and each.name in PLACED for part in parts for each in _inside(part)):
        return None
    for at, part in enumerate(parts):
        if isinstance(part, Operation) and part.sign == "=":
            for cell, value in ((part.left, part.right), (part.right, part.left)):
                column = _column(cell)
                if column and _same_for_all(value):
                    return Sought(column, value, tuple(parts[:at] + parts[at + 1 :]))
    return None


def rows_with(parent: Node, name: str, column: str, text: str, world: World) -> list[Node] | None:
    """The children `name` of `parent` with `text` in `column`, in the order of the list; a row without the cell has ""
    in it. None where the list is not one that came with the form."""
    root = parent.root()
    if not any(root is each for each in world.instances.values()):
        return None
    key = (id(parent), name, column)
    index = world.columns.get(key)
    if index is None:
        world.spend(len(parent.children))
        index = world.columns[key] = _index(parent, name, column)
    found = index.get(text, [])
    world.spend(len(found))
    return found


def _index(parent: Node, name: str, column: str) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for row in parent.children:
        if name in ("*", row.name):
            for text in dict.fromkeys([cell.text for cell in row.children if cell.name == column] or [""]):
                found.setdefault(text, []).append(row)
    return found


def _parts(predicate: Expression) -> Iterator[Expression]:
    if isinstance(predicate, Operation) and predicate.sign == "and":
        yield from _parts(predicate.left)
        yield from _parts(predicate.right)
    else:
        yield predicate


def _column(expression: Expression) -> str:
    match expression:
        case Path(absolute=False, steps=(step,), start=None) if step.axis == "child" and not step.predicates:
            return step.name if step.name != "*" else ""
    return ""


def _same_for_all(expression: Expression) -> bool:
    """A text, a path from the top, or one from current(): what row is looked at does not matter to it."""
    match expression:
        case Text():
            return True
        case Path(absolute, steps, start):
            fixed = absolute if start is None else start == Call("current", ())
            return fixed and not any(step.predicates for step in steps)
    return False


def _inside(expression: Expression) -> Iterator[Expression]:
    yield expression
    match expression:
        case Operation(_, left, right):
            parts: tuple[Expression, ...] = (left, right)
        case Negative(of):
            parts = (of,)
        case Call(_, arguments):
            parts = arguments
        case Filtered(of, predicates):
            parts = (of, *predicates)
        case Path(_, steps, start):
            parts = tuple(each for step in steps for each in step.predicates) + ((start,) if start else ())
        case _:
            parts = ()
    for part in parts:
        yield from _inside(part)

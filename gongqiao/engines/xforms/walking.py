"""Going through a form question by question, as a person on a phone does: each part is looked at when it is reached."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gongqiao.engines.xforms.model import Control, Group, Part, Place
from gongqiao.engines.xforms.nodes import Node
from gongqiao.engines.xforms.session import Session

MoreTurns = Callable[[Node, Place, int], bool]  # parent, repeat, turns so far: is there to be one more?


@dataclass(frozen=True)
class Stop:
    """A question that is reached."""

    control: Control
    node: Node


def stops(session: Session, more: MoreTurns) -> Iterator[Stop]:
    """Every question that is relevant when its place in the form is reached; what an answer shows or hides further on
    counts at once, what it shows further back is not gone back to."""
    yield from _stops(session, session.form.body, session.root, more)


def _stops(session: Session, parts: tuple[Part, ...], base: Node, more: MoreTurns) -> Iterator[Stop]:
    for part in parts:
        if isinstance(part, Control):
            for node in session.under(base, part.place):
                if node.relevant:
                    yield Stop(part, node)
        elif part.repeat:
            yield from _turns(session, part, base, more)
        else:
            for node in session.under(base, part.place) if part.place is not None else [base]:
                if node.relevant:
                    yield from _stops(session, part.children, node, more)


def _turns(session: Session, group: Group, base: Node, more: MoreTurns) -> Iterator[Stop]:
    place = group.place or ()
    free = group.count is None and not group.fixed
    for parent in session.under(base, place[:-1]):
        if not parent.relevant:
            continue
        at = 0
        while True:
            turns = parent.named(place[-1])
            if at == len(turns):
                if not free or not more(parent, place, at):
                    break
                session.add_turn(parent, place)
                continue
            if turns[at].relevant:
                yield from _stops(session, group.children, turns[at], more)
            at += 1

"""What an expression is worked out in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from random import Random

from gongqiao.engines.xforms.errors import XPathError
from gongqiao.engines.xforms.nodes import Node

ChoiceName = Callable[[str, str, "Context"], str]  # value, path as written, where -> label in the language shown


@dataclass
class World:
    """Given from outside: the moment, chance, instances, labels of choices. The engine has no clock of its own."""

    now: datetime
    random: Random
    instances: Mapping[str, Node] = field(default_factory=dict)
    choice_name: ChoiceName | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    left: int = 4_000_000  # nodes that may still be looked at: what a form can ask for must have an end
    columns: dict[tuple[int, str, str], dict[str, list[Node]]] = field(default_factory=dict)  # of lists, see columns.py
    order: int = field(init=False)  # how this session shuffles what has no seed of its own

    def __post_init__(self) -> None:
        self.order = self.random.getrandbits(30)

    def spend(self, nodes: int) -> None:
        self.left -= nodes + 1
        if self.left < 0:
            raise XPathError("the form asks for more work than it may")

    @property
    def zone(self) -> tzinfo:
        zone = self.now.tzinfo
        if zone is None:
            raise ValueError("the moment must have a zone")
        return zone


@dataclass(slots=True)
class Context:
    """The node at hand, its place among those looked at, the node the whole expression stands at (`current()`)."""

    world: World
    node: Node
    position: int = 1
    size: int = 1
    origin: Node | None = None

    def at(self, node: Node, position: int, size: int) -> "Context":
        return Context(self.world, node, position, size, self.origin or self.node)

"""A loaded form: its instance as a pattern, binds, controls, texts; unchangeable, shared by all sessions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property

from gongqiao.engines.xforms.kinds import Kind
from gongqiao.engines.xforms.nodes import Node
from gongqiao.engines.xforms.words import Itext, Words
from gongqiao.engines.xforms.xpath.compiler import Run
from gongqiao.engines.xforms.xpath.values import Value

Place = tuple[str, ...]  # names from the root down


@dataclass(frozen=True)
class Rule:
    """An expression as it was written, ready to run."""

    source: str
    run: Run


@dataclass(eq=False)
class Bind:
    """What holds for every node at a place. `save_to` is the property of the entity that it fills."""

    place: Place
    kind: Kind
    zone: tzinfo
    relevant: Rule | None = None
    calculate: Rule | None = None
    constraint: Rule | None = None
    required: Rule | None = None
    readonly: Rule | None = None
    constraint_message: Words | None = None
    required_message: Words | None = None
    preload: str = ""
    preload_parameter: str = ""
    save_to: str = ""

    def read(self, text: str) -> Value:
        """Typed; a text of another kind (a default, an older answer) counts as text."""
        value = self.kind.read(text, self.zone)
        return text if value is None else value

    @property
    def path(self) -> str:
        return "/" + "/".join(self.place)


@dataclass(frozen=True)
class SetValue:
    """An action: on one of its events the node at `target` becomes the value."""

    target: Place
    events: frozenset[str]
    value: Rule | None
    text: str = ""
    where: Place | None = None  # of the question or repeat whose event it is; the form's own for None


@dataclass(frozen=True)
class Itemset:
    """Choices from rows of an instance."""

    nodes: Rule
    value: Rule
    label: Words


@dataclass(frozen=True)
class Choice:
    """A choice written in the control itself."""

    code: str
    label: Words


@dataclass(frozen=True)
class Control:
    """A question on the page: input, select1, select, rank, upload, trigger, range, secret."""

    kind: str
    place: Place
    label: Words | None
    hint: Words | None = None
    appearance: str = ""
    media: str = ""
    itemset: Itemset | None = None
    choices: tuple[Choice, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Questions under one heading; a repeat when it stands several times."""

    place: Place | None
    label: Words | None
    appearance: str
    children: "tuple[Control | Group, ...]"
    repeat: bool = False
    count: Rule | None = None
    fixed: bool = False  # nobody adds or removes turns


Part = Control | Group


@dataclass(frozen=True)
class Entity:
    """What a submission creates or updates: the data set, and where its facts stand."""

    dataset: str
    place: Place


@dataclass
class Form:
    """`pattern` is the primary instance without templates; `templates` a fresh turn of each repeat."""

    form_id: str
    version: str
    title: str
    zone: tzinfo
    pattern: Node
    templates: dict[Place, Node]
    repeats: dict[Place, Group]
    binds: dict[Place, Bind]
    body: tuple[Part, ...]
    itext: Itext
    instances: dict[str, Node]
    external: dict[str, str]  # instance id → file that must come with the form
    actions: tuple[SetValue, ...]
    entities: tuple[Entity, ...]
    order: "tuple[Bind, ...]" = ()  # those with something to work out, what they need first
    affected: "Callable[[Place], tuple[Bind, ...]]" = lambda place: ()  # what to work out when a place changed
    columns: dict[tuple[int, str, str], dict[str, list[Node]]] = field(default_factory=dict)  # of its lists, once asked
    children: dict[Place, list[str]] = field(default_factory=dict)  # names below each place, in the form's order
    expressions: list[tuple[str, str]] = field(default_factory=list)  # where, source: all of them, for the gate

    @property
    def languages(self) -> list[str]:
        return self.itext.languages

    @cached_property
    def controls(self) -> dict[Place, Control]:
        """By place; the first where a form asks the same twice."""
        found: dict[Place, Control] = {}
        for control in _controls(self.body):
            found.setdefault(control.place, control)
        return found

    def control_at(self, place: Place) -> Control | None:
        return self.controls.get(place)


def _controls(parts: tuple[Part, ...]) -> Iterator[Control]:
    for part in parts:
        if isinstance(part, Control):
            yield part
        else:
            yield from _controls(part.children)

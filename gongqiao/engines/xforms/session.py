"""Answering a form: one person's tree of answers, kept consistent after each."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from gongqiao.engines.xforms.choices import Option, codes, label_of, options
from gongqiao.engines.xforms.errors import AnswerError, XFormError
from gongqiao.engines.xforms.kinds import KINDS, checked, written
from gongqiao.engines.xforms.model import Bind, Control, Form, Group, Part, Place, SetValue
from gongqiao.engines.xforms.nodes import Node
from gongqiao.engines.xforms.words import Words, file_of
from gongqiao.engines.xforms.xpath.context import Context, World
from gongqiao.engines.xforms.xpath.values import date_text, datetime_text, single, to_bool, to_number

MOST_TURNS, MOST_NODES = 1_000, 50_000  # of one repeat; of all that is answered
MOST_STEPS = 4_000_000  # nodes that a session looks at; a whole fill of our longest form takes some ten thousand
QUESTION = 20  # what asking one, or working one out, costs in nodes looked at
MOST_CHAINED = 50  # setvalues that set each other off
FIRST_LOAD = frozenset({"odk-instance-first-load", "odk-instance-load", "xforms-ready"})
LATER_LOAD = frozenset({"odk-instance-load", "xforms-ready"})


@dataclass(frozen=True)
class Problem:
    """Why a value is not taken, or what is missing: in the form's words when it has some, else "" for the caller's."""

    node: Node
    kind: str  # required, constraint, type, choice
    words: str


@dataclass(frozen=True)
class Question:
    """A question as it stands on the page now."""

    node: Node
    control: Control
    label: str
    hint: str
    value: str
    required: bool
    readonly: bool
    options: tuple[Option, ...]
    image: str = ""  # files that came with the form
    audio: str = ""


@dataclass(frozen=True)
class Section:
    """A group or one turn of a repeat, with what is visible in it. `turn` counts from 1, 0 for a plain group; `last`
    marks the end of a repeat to which a turn may be added."""

    node: Node | None
    group: Group
    label: str
    turn: int
    parts: "tuple[Question | Section, ...]"
    may_add: bool = False
    may_remove: bool = False


Visible = Question | Section


class Session:
    """`now` is the moment of the whole session until told otherwise (`at`), `seed` its chance, `properties` what the
    device says of itself (deviceid, username …). Not shared between threads."""

    def __init__(
        self,
        form: Form,
        *,
        now: datetime,
        seed: int,
        language: str = "",
        properties: Mapping[str, str] | None = None,
        answers: Node | None = None,
    ) -> None:
        self.form = form
        self.language = language or form.itext.default
        moment, facts = now.astimezone(form.zone), properties or {}
        self.world = World(
            moment, Random(seed), form.instances, self._choice_name, facts, MOST_STEPS, columns=form.columns
        )
        self.root = answers if answers is not None else form.pattern.copy()
        self._nodes: dict[Place, list[Node]] | None = None
        self._size = sum(1 for _ in self.root.walk())
        self._chained = 0
        self._begin(fresh=answers is None)

    # what stands where

    @property
    def nodes(self) -> dict[Place, list[Node]]:
        """By place, in the order of the document; made anew when it is asked for after turns came or went."""
        if self._nodes is None:
            self._nodes = _by_place(self.root)
        return self._nodes

    def node(self, path: str) -> Node:
        """By a path with turns counted from 1, as `/data/skill[2]/name`; LookupError when nothing stands there."""
        at = [self.root]
        for number, part in enumerate(path.strip("/").split("/")):
            name, _, turn = part.partition("[")
            if number == 0:
                at = [node for node in at if node.name == name]
            elif name.startswith("@"):
                at = [node.attributes[name[1:]] for node in at if name[1:] in node.attributes]
            else:
                at = [child for node in at for child in node.named(name)]
            if turn:
                place = int(turn.rstrip("]"))
                at = at[place - 1 : place]
        if len(at) != 1:
            raise LookupError(f"{path}: {len(at)} nodes stand there")
        return at[0]

    def path_of(self, node: Node) -> str:
        """The other way round; turns are written where there is a repeat."""
        parts: list[str] = []
        at: Node | None = node
        while at is not None:
            part = at.name
            if at.parent is not None and at.parent.attributes.get(at.name) is at:
                part = f"@{part}"
            elif at.place in self.form.repeats and at.parent is not None:
                part = f"{part}[{at.parent.named(at.name).index(at) + 1}]"
            parts.append(part)
            at = at.parent
        return "/" + "/".join(reversed(parts))

    def context(self, node: Node) -> Context:
        return Context(self.world, node, origin=node)

    # beginning and ending

    def _begin(self, *, fresh: bool) -> None:
        for bind in self.form.binds.values():
            if bind.preload:
                for node in self.nodes[bind.place]:
                    self._preload(node, bind, fresh=fresh)
        self._fire(None, FIRST_LOAD if fresh else LATER_LOAD)
        self._work_out(self.form.order)
        while self._count_turns():
            self._work_out(self.form.order)

    def _preload(self, node: Node, bind: Bind, *, fresh: bool) -> None:
        """What a phone fills in by itself when a form is opened (XForms for ODK, preloads)."""
        parameter = bind.preload_parameter
        match bind.preload:
            case "uid" if not node.text:
                node.text = f"uuid:{_uuid(self.world.random)}"
            case "timestamp" if parameter == "start" and fresh:
                node.text = datetime_text(self.world.now)
            case "date" if parameter == "today" and fresh:
                node.text = date_text(self.world.now)
            case "property" if fresh:
                node.text = self.world.properties.get(parameter, "")

    def begun_at(self, now: datetime) -> None:
        """It was begun at another moment than was thought: what is filled in at the beginning is filled in again."""
        self.at(now)
        for bind in self.form.binds.values():
            if bind.preload in ("timestamp", "date"):
                for node in self.nodes[bind.place]:
                    self._preload(node, bind, fresh=True)
                self._ripple(bind.place)

    def at(self, now: datetime) -> None:
        """The session goes on at a later moment."""
        self.world.now = now.astimezone(self.form.zone)

    def finish(self, *, now: datetime) -> list[Problem]:
        """The end's timestamp, and everything that keeps the form from being handed in."""
        self.at(now)
        problems = self.problems()
        if not problems:
            for bind in self.form.binds.values():
                if bind.preload == "timestamp" and bind.preload_parameter == "end":
                    for node in self.nodes[bind.place]:
                        node.text = datetime_text(self.world.now)
                        self._ripple(bind.place)
        return problems

    # answering

    def answer(self, node: Node, value: str) -> Problem | None:
        """Take a value ("" takes it away); a Problem when its kind, its choices or the constraint forbid it, and then
        everything is as before. Choices of a select are given as codes with spaces between."""
        self.world.spend(QUESTION)
        if node.bind is not None:
            try:
                value = checked(value, node.bind.kind, self.form.zone)
            except AnswerError as why:
                return Problem(node, "type", str(why))
        before = node.text
        if value == before:
            return self._broken(node)
        node.text = value
        broken = self._broken(node) or self._foreign_choice(node)
        if broken is not None:
            node.text = before
            return broken
        place = node.place
        self._ripple(place)
        self._fire(place, frozenset({"xforms-value-changed"}), node)
        return None

    def _broken(self, node: Node) -> Problem | None:
        """An empty answer breaks no constraint (JavaRosa)."""
        bind = node.bind
        if bind is None or bind.constraint is None or not node.text:
            return None
        context = self.context(node)
        if to_bool(bind.constraint.run(context)):
            return None
        return Problem(node, "constraint", self._say(bind.constraint_message, context))

    def _foreign_choice(self, node: Node) -> Problem | None:
        control = self.form.control_at(node.place)
        if control is None or control.kind not in ("select", "select1", "rank") or not node.text:
            return None
        if control.kind == "select1" and not control.itemset and not control.choices:
            return None
        known = codes(control, self.context(node))
        given = [node.text] if control.kind == "select1" else node.text.split()
        foreign = [code for code in given if code not in known]
        return Problem(node, "choice", foreign[0]) if foreign else None

    def _ripple(self, place: Place) -> None:
        """Work out what depends on a place, and the turns that are counted."""
        self._work_out(self.form.affected(place))
        while changed := self._count_turns():
            for repeat in changed:
                self._work_out(self.form.affected(repeat))

    def _work_out(self, binds: tuple[Bind, ...]) -> None:
        for bind in binds:
            for node in list(self.nodes.get(bind.place, ())):
                self._work_out_node(node, bind)

    def _work_out_node(self, node: Node, bind: Bind) -> None:
        context = self.context(node)
        self.world.spend(QUESTION)
        if bind.relevant is not None:
            shown = to_bool(bind.relevant.run(context))
            if shown != node.own_relevant:
                node.own_relevant = shown
                _spread(node, node.parent is None or node.parent.relevant)
        if bind.calculate is not None:
            node.text = written(single(bind.calculate.run(context)), bind.kind, self.form.zone)

    # turns of repeats

    def _count_turns(self) -> list[Place]:
        """Counted repeats have as many turns as their count says; which of them changed."""
        changed = []
        for place, group in self.form.repeats.items():
            if group.count is None:
                continue
            for parent in list(self.nodes.get(place[:-1], ())):
                wanted = self._wanted(group, parent)
                turns = parent.named(place[-1])
                while len(turns) > wanted:
                    self._drop(turns.pop())
                    changed.append(place)
                for _turn in range(wanted - len(turns)):
                    self._grow(parent, place)
                    changed.append(place)
        return changed

    def _wanted(self, group: Group, parent: Node) -> int:
        if group.count is None:
            return 0
        number = to_number(group.count.run(self.context(_any_turn(group, parent))))
        if number != number or number < 0:
            return 0
        if number > MOST_TURNS:
            raise AnswerError(f"{parent.path}: more than {MOST_TURNS} turns of a repeat")
        return int(number)

    def add_turn(self, parent: Node, place: Place) -> Node:
        """One more turn of a repeat below `parent`."""
        group = self.form.repeats.get(place)
        if group is None or group.count is not None or group.fixed:
            raise XFormError(f"/{'/'.join(place)}: no turn can be added")
        if len(parent.named(place[-1])) >= MOST_TURNS:
            raise AnswerError(f"/{'/'.join(place)}: more than {MOST_TURNS} turns of a repeat")
        turn = self._grow(parent, place)
        self._ripple(place)
        return turn

    def remove_turn(self, turn: Node) -> None:
        group = self.form.repeats.get(turn.place)
        if group is None or group.count is not None or group.fixed:
            raise XFormError(f"{turn.path}: no turn can be taken away")
        place = turn.place
        self._drop(turn)
        self._ripple(place)

    def _grow(self, parent: Node, place: Place) -> Node:
        turn = self.form.templates[place].copy()
        inside = _by_place(turn, place[:-1])
        self._size += sum(map(len, inside.values()))
        if self._size > MOST_NODES:
            raise AnswerError(f"/{'/'.join(place)}: more than {MOST_NODES} answers in all")
        turns = parent.named(place[-1])
        after = turns[-1] if turns else None
        at = parent.children.index(after) + 1 if after is not None else self._slot(parent, place)
        parent.insert(at, turn)
        _spread(turn, parent.relevant)
        self._nodes = None
        self._fire(place, frozenset({"odk-new-repeat"}), turn)
        for bind in self.form.order:
            for node in inside.get(bind.place, ()):
                self._work_out_node(node, bind)
        return turn

    def _slot(self, parent: Node, place: Place) -> int:
        """Where the first turn stands: after what the form's pattern has before it."""
        names = self.form.children.get(place[:-1], [])
        before = set(names[: names.index(place[-1])]) if place[-1] in names else set(names)
        return sum(child.name in before for child in parent.children)

    def _drop(self, turn: Node) -> None:
        if turn.parent is not None:
            turn.parent.children.remove(turn)
        self._size -= sum(1 for _ in turn.walk())
        self._nodes = None

    # actions

    def _fire(self, where: Place | None, events: frozenset[str], node: Node | None = None) -> None:
        for action in self.form.actions:
            if not action.events & events:
                continue
            if action.where is not None and action.where != where and not events & FIRST_LOAD:
                continue
            if action.where is None and where is not None:
                continue
            for target in self._targets(action, node):
                self._set(target, action, node or target)

    def _targets(self, action: SetValue, node: Node | None) -> list[Node]:
        """The target in the same turn as the node whose event it is, else every one."""
        found = self.nodes.get(action.target, [])
        if node is None or len(found) < 2:
            return list(found)
        line = []
        at: Node | None = node
        while at is not None:
            line.append(at)
            at = at.parent
        best = max((_shared(target, line) for target in found), default=0)
        return [target for target in found if _shared(target, line) == best]

    def _set(self, target: Node, action: SetValue, node: Node) -> None:
        kind = target.bind.kind if target.bind is not None else KINDS["string"]
        value = action.value.run(self.context(target)) if action.value is not None else action.text.strip()
        before = target.text
        target.text = written(single(value), kind, self.form.zone)
        if target.text == before:
            return
        self._chained += 1
        if self._chained > MOST_CHAINED:
            raise XFormError(f"{target.path}: setvalues set each other off without end")
        place = target.place
        self._ripple(place)
        self._fire(place, frozenset({"xforms-value-changed"}), target)
        self._chained -= 1

    # looking

    def required(self, node: Node) -> bool:
        rule = node.bind.required if node.bind is not None else None
        return rule is not None and to_bool(rule.run(self.context(node)))

    def readonly(self, node: Node) -> bool:
        rule = node.bind.readonly if node.bind is not None else None
        return rule is not None and to_bool(rule.run(self.context(node)))

    def options(self, control: Control, node: Node) -> tuple[Option, ...]:
        return options(self.form, control, self.context(node), self.language)

    def _choice_name(self, value: str, path: str, context: Context) -> str:
        return label_of(self.form, value, path, context, self.language)

    def _say(self, words: Words | None, context: Context, form: str = "") -> str:
        return words.say(self.form.itext, self.language, context, form) if words is not None else ""

    def problems(self) -> list[Problem]:
        """Of everything relevant that a person can answer: missing ones and broken ones, in the order of the page."""
        found = []
        for control, node in self._asked(self.form.body, self.root):
            self.world.spend(QUESTION)
            open_ = not node.text and control.kind != "trigger"
            if open_ and self.required(node) and not self.readonly(node):
                words = self._say(node.bind.required_message if node.bind else None, self.context(node))
                found.append(Problem(node, "required", words))
                continue
            broken = self._broken(node) or self._foreign_choice(node)
            if broken is not None:
                found.append(broken)
        return found

    def _asked(self, parts: tuple[Part, ...], base: Node) -> Iterator[tuple[Control, Node]]:
        """What `questions` shows, without a word of it."""
        for part in parts:
            if isinstance(part, Control):
                yield from ((part, node) for node in self.under(base, part.place) if node.relevant)
            else:
                for node in self._insides(part, base):
                    yield from self._asked(part.children, node)

    def _insides(self, group: Group, base: Node) -> Iterator[Node]:
        """Of a group its node; of one that repeats each of its turns."""
        if not group.repeat:
            nodes = self.under(base, group.place) if group.place is not None else [base]
            yield from (node for node in nodes if node.relevant)
            return
        place = group.place or ()
        for parent in self.under(base, place[:-1]):
            if parent.relevant:
                yield from (node for node in parent.named(place[-1]) if node.relevant)

    def questions(self) -> Iterator[Question]:
        """All visible questions, in the order of the page."""
        waiting: list[Visible] = list(reversed(self.visible()))
        while waiting:
            part = waiting.pop()
            if isinstance(part, Question):
                yield part
            else:
                waiting += reversed(part.parts)

    def visible(self) -> list[Visible]:
        """The page as it stands now."""
        return list(self._visible(self.form.body, self.root))

    def _visible(self, parts: tuple[Part, ...], base: Node) -> Iterator[Visible]:
        for part in parts:
            if isinstance(part, Control):
                yield from (self._question(part, node) for node in self.under(base, part.place) if node.relevant)
            elif part.repeat:
                yield from self._turns(part, base)
            else:
                yield from self._section(part, base)

    def _section(self, group: Group, base: Node) -> Iterator[Section]:
        for node in self._insides(group, base):
            label = self._say(group.label, self.context(node))
            yield Section(node, group, label, 0, tuple(self._visible(group.children, node)))

    def _turns(self, group: Group, base: Node) -> Iterator[Section]:
        place = group.place or ()
        free = group.count is None and not group.fixed
        for parent in self.under(base, place[:-1]):
            if not parent.relevant:
                continue
            turns = [node for node in parent.named(place[-1]) if node.relevant]
            for number, node in enumerate(turns, 1):
                label = self._say(group.label, self.context(node))
                parts = tuple(self._visible(group.children, node))
                yield Section(node, group, label, number, parts, free and number == len(turns), free)
            if free and not turns and not parent.named(place[-1]):
                yield Section(parent, group, self._say(group.label, self.context(parent)), 0, (), may_add=True)

    def _question(self, control: Control, node: Node) -> Question:
        context = self.context(node)
        self.world.spend(QUESTION)
        return Question(
            node,
            control,
            self._say(control.label, context),
            self._say(control.hint, context),
            node.text,
            self.required(node),
            self.readonly(node),
            self.options(control, node) if control.kind in ("select", "select1", "rank") else (),
            file_of(control.label, self.form.itext, self.language, context, "image"),
            file_of(control.label, self.form.itext, self.language, context, "audio"),
        )

    def under(self, base: Node, place: Place) -> list[Node]:
        """Nodes at a place, below `base` when they can be, else wherever they are."""
        here = base.place
        if place[: len(here)] != here:
            return self.nodes.get(place, [])
        nodes = [base]
        for name in place[len(here) :]:
            if name.startswith("@"):
                nodes = [node.attributes[name[1:]] for node in nodes if name[1:] in node.attributes]
            else:
                nodes = [child for node in nodes for child in node.named(name)]
        return nodes


def _by_place(top: Node, above: Place = ()) -> dict[Place, list[Node]]:
    """All nodes below one, by place, in the order of the document; `above` is where it stands."""
    found: dict[Place, list[Node]] = defaultdict(list)
    waiting = [(top, (*above, top.name))]
    while waiting:
        node, place = waiting.pop()
        found[place].append(node)
        for attribute in node.attributes.values():
            found[*place, f"@{attribute.name}"].append(attribute)
        waiting += [(child, (*place, child.name)) for child in reversed(node.children)]
    return found


def _any_turn(group: Group, parent: Node) -> Node:
    """Where a count stands: in a turn, and before there is one where it would be."""
    name = group.place[-1] if group.place else ""
    found = parent.child(name)
    if found is None:
        found = Node(name)
        found.parent = parent
    return found


def _spread(node: Node, above: bool) -> None:
    """Relevance goes down: whatever stands in something that is not relevant is not either."""
    node.relevant = above and node.own_relevant
    for attribute in node.attributes.values():
        attribute.relevant = node.relevant and attribute.own_relevant
    for child in node.children:
        _spread(child, node.relevant)


def _shared(node: Node, line: list[Node]) -> int:
    """How many of its ancestors stand in the line."""
    count = 0
    at: Node | None = node
    while at is not None:
        count += any(at is each for each in line)
        at = at.parent
    return count


def _uuid(chance: Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))

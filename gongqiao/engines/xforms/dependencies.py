"""Which expression reads which place, so that an answer sets off only what depends on it, in the right order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from gongqiao.engines.xforms.errors import XFormError
from gongqiao.engines.xforms.model import Bind, Place
from gongqiao.engines.xforms.xpath.parser import parse
from gongqiao.engines.xforms.xpath.syntax import (
    Call,
    Expression,
    Filtered,
    Negative,
    Operation,
    Path,
    Step,
)

BELOW = "*"  # the end of a place that stands for all below it


def read_places(source: str, here: Place) -> set[Place]:
    """Places of the primary instance that an expression at `here` looks at."""
    return set(_reads(parse(source), here, here))


def _reads(tree: Expression, here: Place, origin: Place) -> Iterator[Place]:
    match tree:
        case Negative(of):
            yield from _reads(of, here, origin)
        case Operation(_, left, right):
            yield from _reads(left, here, origin)
            yield from _reads(right, here, origin)
        case Call("position" | "once", ()):
            yield here[:-1]
        case Call(_, arguments):
            for each in arguments:
                yield from _reads(each, here, origin)
        case Filtered(of, predicates):
            yield from _reads(of, here, origin)
            for each in predicates:
                yield from _reads(each, here, origin)
        case Path():
            yield from _path_reads(tree, here, origin)


def _path_reads(tree: Path, here: Place, origin: Place) -> Iterator[Place]:
    foreign = False
    at: Place = () if tree.absolute else here
    if tree.start is not None:
        if isinstance(tree.start, Call) and tree.start.name == "current":
            at = origin
        else:
            foreign = True
            yield from _reads(tree.start, here, origin)
    for step in tree.steps:
        at = _moved(at, step)
        for each in step.predicates:
            yield from _reads(each, ("#foreign",) if foreign else at, origin)
    if not foreign and at and at[0] != "#foreign":
        yield at


def _moved(at: Place, step: Step) -> Place:
    """A wildcard or an axis that looks around counts as everything below: the place ends in "*" then."""
    if at[-1:] == (BELOW,):
        return at
    if step.axis == "self":
        return at
    if step.axis == "parent":
        return at[:-1]
    if step.axis == "attribute":
        return (*at, f"@{step.name}")
    if step.axis == "child" and step.name != "*":
        return (*at, step.name)
    if step.axis in ("following-sibling", "preceding-sibling"):
        return (*at[:-1], step.name) if step.name != "*" else (*at[:-1], BELOW)
    return (*at, BELOW)


class Order:
    """Binds in an order in which each comes after what it needs; and, for a place that changed, which to work out.

    Who reads and who sets a place is looked up by the place and by each place above it: a form of thousands of
    questions takes time with its size, not with its square.
    """

    def __init__(self, binds: Iterable[Bind]) -> None:
        self.active = [bind for bind in binds if bind.relevant or bind.calculate or bind.required or bind.readonly]
        self.by_place = {bind.place: bind for bind in self.active}
        self.needs = {bind.place: _needs(bind) for bind in self.active}
        self.setters: dict[Place, list[Place]] = defaultdict(list)  # a place → what is worked out there or below
        for bind in self.active:
            if bind.relevant is not None or bind.calculate is not None:
                for above in ((), *_line(bind.place)):
                    self.setters[above].append(bind.place)
        self.sorted = self._sorted()
        self.at = {bind.place: number for number, bind in enumerate(self.sorted)}
        self.readers: dict[Place, list[Place]] = defaultdict(list)  # a place, "*" for all below it → who reads it
        self.readers_below: dict[Place, list[Place]] = defaultdict(list)  # a place → who reads something below it
        for place, reads in self.needs.items():
            for read in reads:
                self.readers[read].append(place)
                for above in _line(read)[:-1]:
                    self.readers_below[above].append(place)

    def _sorted(self) -> list[Bind]:
        done: dict[Place, int] = {}
        order: list[Bind] = []
        number = {bind.place: at for at, bind in enumerate(self.active)}
        feeding = {place: sorted(self._feeds(place), key=number.__getitem__) for place in self.by_place}
        for bind in self.active:
            self._visit(bind.place, feeding, done, order)
        return order

    def _feeds(self, place: Place) -> set[Place]:
        """Active places that this one waits for."""
        found: set[Place] = set()
        for read in self.needs[place]:
            if read[-1:] == (BELOW,):
                found.update(self.setters.get(read[:-1], ()))
            elif read in self.by_place and _is_set(self.by_place[read]):
                found.add(read)
            above = (self.by_place.get(each) for each in _line(read)[:-1])
            found.update(bind.place for bind in above if bind is not None and bind.relevant is not None)
        return found - {place}

    def _visit(
        self, first: Place, feeding: dict[Place, list[Place]], done: dict[Place, int], order: list[Bind]
    ) -> None:
        """Depth first without recursion: 1 is on the way, 2 is done."""
        stack = [(first, iter(feeding[first]))]
        if done.get(first):
            return
        done[first] = 1
        while stack:
            place, waiting = stack[-1]
            following = next((each for each in waiting if done.get(each) != 2), None)
            if following is None:
                done[place] = 2
                order.append(self.by_place[place])
                stack.pop()
            elif done.get(following) == 1:
                raise XFormError(
                    f"{self.by_place[place].path} and {self.by_place[following].path} depend on each other"
                )
            else:
                done[following] = 1
                stack.append((following, iter(feeding[following])))

    def affected(self, changed: Place) -> tuple[Bind, ...]:
        """What is to be worked out again, in order, when a value or the turns at a place changed."""
        touched: set[Place] = set()
        waiting = [(changed, True)]
        while waiting:
            place, below = waiting.pop()
            for reader in self._looking(place, below=below):
                if reader not in touched:
                    touched.add(reader)
                    waiting.append((reader, self.by_place[reader].relevant is not None))
        return tuple(self.sorted[at] for at in sorted(self.at[place] for place in touched))

    def _looking(self, place: Place, *, below: bool) -> Iterator[Place]:
        """Who sees a change at a place (`below`: and in all below it). Who looks at a group or a repeat sees whether
        and how often it is there, not the answers in it; who looks at "*" sees all below."""
        yield from self.readers.get(place, ())
        for above in ((), *_line(place)):
            yield from self.readers.get((*above, BELOW), ())
        if below:
            yield from self.readers_below.get(place, ())


def _line(place: Place) -> list[Place]:
    """A place and all above it, itself last."""
    return [place[:size] for size in range(1, len(place) + 1)]


def _is_set(bind: Bind) -> bool:
    """Working it out can change what stands at its place."""
    return bind.relevant is not None or bind.calculate is not None


def _needs(bind: Bind) -> set[Place]:
    found: set[Place] = set()
    for rule in (bind.relevant, bind.calculate, bind.required, bind.readonly):
        if rule is not None:
            found |= read_places(rule.source, bind.place)
    return found - {bind.place}

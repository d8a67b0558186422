"""One form filled by both engines, laid side by side."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from gongqiao.engines.xforms import Form, Session, load, submission
from gongqiao.engines.xforms.fills import Filled, fill
from gongqiao.engines.xforms.nodes import Node
from tools.javarosa import JavaRosa

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_PRELOADED = frozenset({"uid", "timestamp"})  # each session has its own


class Named(dict[str, str]):
    """The phone's facts as the driver tells them: each is its own name."""

    def get(self, name: str, default: str | None = None) -> str:  # type: ignore[override]
        return name

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Difference:
    """What was passed otherwise (path, outcome: ours, then theirs), and leaves that only one of the two has."""

    passed: tuple[object, ...]
    ours: tuple[tuple[str, str], ...]
    theirs: tuple[tuple[str, str], ...]

    def counts_none(self, form: Form) -> bool:
        """Nothing but a first turn that JavaRosa keeps of a counted repeat that counts none, and asks about."""
        counted = {"/" + "/".join(place) for place, group in form.repeats.items() if group.count is not None}
        return not self.ours and bool(self.theirs) and all(_within(path, counted) for path, _ in self.theirs)


@dataclass(frozen=True)
class Pair:
    """A form that both have loaded."""

    form: Form
    rosa: JavaRosa
    now: datetime

    @classmethod
    def of(cls, xform: str, folder: Path, rosa: JavaRosa, now: datetime) -> "Pair":
        files: Mapping[str, bytes] = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        assert now.tzinfo is not None
        rosa.load(xform, folder)
        return cls(load(xform, zone=now.tzinfo, files=files), rosa, now)

    def session(self, seed: int) -> Session:
        return Session(self.form, now=self.now, seed=seed, properties=Named())

    def blank(self) -> Difference | None:
        """Counted repeats are left out: JavaRosa makes their turns only when they are walked to, and keeps a first one
        where the count is none."""
        counted = {"/" + "/".join(place) for place, group in self.form.repeats.items() if group.count is not None}
        both = (submission.write(self.session(0).root), self.rosa.blank().encode())
        ours, theirs = (
            [leaf for leaf in leaves(self.form, submission.read(each)) if not _within(leaf[0], counted)]
            for each in both
        )
        return difference((), ours, theirs)

    def filled(self, seed: int) -> Difference | None:
        session = self.session(seed)
        ours: Filled = fill(session, Random(seed))
        theirs = self.rosa.fill(ours.answers)
        apart = () if tuple(ours.passed) == theirs.passed else _apart(tuple(ours.passed), theirs.passed)
        return difference(
            apart,
            leaves(self.form, submission.read(submission.write(session.root))),
            leaves(self.form, submission.read(theirs.xml.encode())),
        )


def leaves(form: Form, root: Node) -> list[tuple[str, str]]:
    """Path and text of every element; what each session has of its own is "*"."""
    found = []
    for node in root.walk():
        if node.parent is not None and node.parent.attributes.get(node.name) is node:
            continue
        bind = form.binds.get(node.place)
        told = bind is not None and bind.preload in _PRELOADED or node.place[-2:] == ("meta", "instanceID")
        found.append((node.path, "*" if told else _plain(node.text) if not node.children else ""))
    return found


def _within(path: str, above: set[str]) -> bool:
    return any(path == each or path.startswith(f"{each}/") for each in above)


def _plain(text: str) -> str:
    """7, 7.0 and 7.00 are one number: JavaRosa writes decimals and points anew, we keep what was given."""
    parts = text.strip().split(" ")
    return " ".join(repr(float(part)) if _NUMBER.fullmatch(part) and len(part) < 16 else part for part in parts)


def _apart(ours: tuple[tuple[str, str], ...], theirs: tuple[tuple[str, str], ...]) -> tuple[object, ...]:
    first = next((pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]), None)
    return first if first is not None else (len(ours), len(theirs))


def difference(
    passed: tuple[object, ...], ours: list[tuple[str, str]], theirs: list[tuple[str, str]]
) -> Difference | None:
    one, other = Counter(ours), Counter(theirs)
    if not passed and one == other:
        return None
    return Difference(passed, tuple(one - other), tuple(other - one))

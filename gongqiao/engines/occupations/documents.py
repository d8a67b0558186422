"""What the coder learns from: texts that name an occupation, each of a kind; and titles that must stay together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from gongqiao.engines.occupations.csr import Ints
from gongqiao.engines.occupations.errors import ModelError
from gongqiao.engines.occupations.text import plain, stretches

WIDEST_TARGET = 40  # leaves under a group: more than that says nothing
ALIKE = 0.8  # Dice of letter pairs from which two titles count as one


class Kind(StrEnum):
    """Where a text comes from; a title is what somebody labelled, the others are names."""

    NAME = "name"
    OFFICIAL = "official"
    MARKET = "market"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Document:
    """One text and the code it stands for (a leaf, or a group padded with 00)."""

    text: str
    code: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Occupation:
    """A leaf of the tree with its official words."""

    code: str
    name: str
    definition: str = ""
    tasks: str = ""


class Tree:
    """Leaves in order of code; a group is the start of its codes."""

    def __init__(self, leaves: Iterable[Occupation]) -> None:
        self.leaves = tuple(sorted(leaves, key=lambda leaf: leaf.code))
        self.at = {leaf.code: number for number, leaf in enumerate(self.leaves)}
        if not self.leaves or len(self.at) != len(self.leaves):
            raise ModelError("the tree has no leaves, or a code twice")

    def under(self, code: str) -> list[int]:
        """The leaf itself, or the leaves of a group written 4-01-02 or 4-01-02-00; none for an unknown code."""
        if code in self.at:
            return [self.at[code]]
        start = code
        while start.endswith("-00"):
            start = start.removesuffix("-00")
        return [number for leaf, number in self.at.items() if leaf.startswith(start + "-")]

    def targets(self, code: str) -> list[int]:
        """What a text of this code may mean; none when the group is too wide to teach anything."""
        found = self.under(code)
        return found if len(found) <= WIDEST_TARGET else []


def near_groups(titles: Sequence[str]) -> Ints:
    """A number for each title, the same for titles that are alike (directly or through others), so that no fold
    learns from a near copy of what it is asked."""
    bags = [pairs(title) for title in titles]
    above = list(range(len(titles)))

    def top(at: int) -> int:
        while above[at] != at:
            above[at] = above[above[at]]
            at = above[at]
        return at

    holders: dict[str, list[int]] = defaultdict(list)
    for number, bag in enumerate(bags):
        shared = Counter(other for pair in bag for other in holders[pair])
        for other, count in shared.items():
            if 2 * count >= ALIKE * (len(bag) + len(bags[other])):
                above[top(number)] = top(other)
        for pair in bag:
            holders[pair].append(number)
    return np.array([top(number) for number in range(len(titles))], dtype=np.int64)


def pairs(title: str) -> frozenset[str]:
    """Letter pairs of what is left of a title without its noise; a single letter is its own pair."""
    core = "".join(plain(stretch) for stretch in stretches(title))
    return frozenset(core[at : at + 2] for at in range(len(core) - 1)) or frozenset({core})

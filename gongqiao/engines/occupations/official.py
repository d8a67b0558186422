"""What the official definition and tasks of an occupation say of a title: share of its pairs and triples found there.

Okapi BM25's saturation (a word said ten times does not count ten times; long texts are not favoured for being long),
divided by the most the title could have reached, so that the figure is between 0 and about 2 for every title.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gongqiao.engines.occupations.csr import Floats, Rows
from gongqiao.engines.occupations.documents import Occupation
from gongqiao.engines.occupations.text import stretches

SATURATION = 1.2
LENGTH_SHARE = 0.7
TYPICAL = 300.0  # pairs and triples of an entry of middling length
UNKNOWN = 5.0  # weight of a pair no official text knows

_OTHERS = re.compile(r"[^\u4e00-\u9fffa-z]+")


@dataclass(frozen=True, slots=True)
class OfficialTexts:
    """For each pair or triple the occupations whose text has it, already saturated; and how rare it is."""

    at: dict[str, int]
    rarity: Floats
    by_piece: Rows
    classes: int

    @classmethod
    def of(cls, leaves: Sequence[Occupation]) -> "OfficialTexts":
        bags = [pieces(f"{leaf.definition} {leaf.tasks}") for leaf in leaves]
        spread = Counter(piece for bag in bags for piece in bag)
        at = {piece: number for number, piece in enumerate(sorted(spread))}
        rarity = np.array([np.log(len(leaves) / spread[piece]) for piece in at])
        rows = Rows.build({at[piece]: _saturated(count, bag.total()) for piece, count in bag.items()} for bag in bags)
        return cls(at, rarity, rows.turned(len(at)), len(leaves))

    def evidence(self, title: str) -> Floats:
        asked = pieces(" ".join(stretches(title)))
        found, most = np.zeros(self.classes), 1e-9
        for piece in asked:
            number = self.at.get(piece)
            if number is None:
                most += UNKNOWN
                continue
            most += float(self.rarity[number])
            held = slice(self.by_piece.start[number], self.by_piece.start[number + 1])
            found[self.by_piece.columns[held]] += self.rarity[number] * self.by_piece.values[held]
        return found / most


def pieces(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for part in _OTHERS.split(text.lower()):
        found.update(part[at : at + size] for size in (2, 3) for at in range(len(part) - size + 1))
    return found


def _saturated(count: int, length: int) -> float:
    return count / (count + SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / TYPICAL))

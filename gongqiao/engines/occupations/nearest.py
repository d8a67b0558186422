"""The texts of an occupation that are most like a title: cosine over grams."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gongqiao.engines.occupations.csr import Floats, Ints, Meeting, Rows

LEAST_VOTE = 1e-4


@dataclass(frozen=True)
class Nearest:
    """Texts turned: for each gram the texts it stands in. The texts of one occupation stand together, by `owner`."""

    by_gram: Rows
    owner: Ints
    classes: int

    @classmethod
    def build(cls, texts: Rows, owner: Ints, *, grams: int, classes: int) -> "Nearest":
        """From texts whose rows have length 1, each belonging to one occupation."""
        order = np.argsort(owner, kind="stable")
        return cls(texts.take(order).turned(grams), owner[order], classes)

    def meet(self, columns: Ints, values: Floats) -> Meeting:
        """Where the grams of one title (length 1) stand; the totals by text are the cosines."""
        return Meeting.of(self.by_gram, columns, values)

    def best(self, alike: Floats) -> Floats:
        """Each occupation's best likeness; 0 for one without texts."""
        return self._over(np.maximum, alike)

    def votes(self, alike: Floats) -> Floats:
        """Fourth powers of the likenesses of each occupation, added up; never 0, so that the log can be taken."""
        squared = alike * alike
        return self._over(np.add, squared * squared) + LEAST_VOTE

    def best_text(self, alike: Floats, occupation: int) -> int | None:
        """The text of this occupation that is most like the title."""
        first, last = np.searchsorted(self.owner, [occupation, occupation + 1])
        return int(first + np.argmax(alike[first:last])) if last > first else None

    @cached_property
    def first(self) -> Ints:
        """Where the texts of each occupation that has any begin."""
        return np.flatnonzero(np.diff(self.owner, prepend=-1))

    def _over(self, how: np.ufunc, alike: Floats) -> Floats:
        found = np.zeros(self.classes)
        if len(self.owner):
            found[self.owner[self.first]] = how.reduceat(alike, self.first)
        return found

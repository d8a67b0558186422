"""The texts of an occupation that are most like a title: cosine over grams, the best text speaks for the occupation."""

from dataclasses import dataclass

import numpy as np

from gongqiao.engines.occupations.csr import Floats, Ints, Rows, spans


@dataclass(frozen=True, slots=True)
class Nearest:
    """Texts turned: for each gram the texts it stands in; `owner` is the occupation of each text."""

    by_gram: Rows
    owner: Ints
    classes: int

    @classmethod
    def build(cls, texts: Rows, owner: Ints, *, grams: int, classes: int) -> "Nearest":
        """From texts whose rows have length 1, each belonging to one occupation."""
        return cls(texts.turned(grams), owner, classes)

    def alike(self, columns: Ints, values: Floats) -> Floats:
        """Each text's cosine with one title (length 1)."""
        lengths = self.by_gram.start[columns + 1] - self.by_gram.start[columns]
        at = spans(self.by_gram.start[columns], lengths)
        found = self.by_gram.values[at] * np.repeat(values, lengths)
        return np.bincount(self.by_gram.columns[at], found, minlength=len(self.owner))

    def best(self, alike: Floats) -> Floats:
        """Each occupation's best text."""
        found = np.zeros(self.classes)
        np.maximum.at(found, self.owner, alike)
        return found

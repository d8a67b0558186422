"""Five things known of every occupation for one title: the coder weighs them, see `mixture`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gongqiao.engines.occupations.csr import Floats, Ints, Meeting, Rows
from gongqiao.engines.occupations.documents import Document, Kind, Tree
from gongqiao.engines.occupations.lexicon import Lexicon
from gongqiao.engines.occupations.nearest import Nearest
from gongqiao.engines.occupations.official import OfficialTexts
from gongqiao.engines.occupations.softmax import Training, Weights, chances, fit

FEATURES = (
    "learned: log chance of the classifier",
    "titles: best likeness to a labelled title",
    "official: share of the title found in definition and tasks",
    "often: log share of the labelled titles",
    "likeness: log of all likenesses to names and titles, the near ones louder",
)
IMPORTANCE = {Kind.TITLE: 1.0, Kind.NAME: 0.6, Kind.OFFICIAL: 0.8, Kind.MARKET: 0.8}
LEAST_CHANCE, LEAST_OFTEN = 1e-5, 0.3
NAME_SHARE = 0.6  # of a title's vote


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything learnt before weighing; `of` makes it from texts, `find` asks it about a title."""

    lexicon: Lexicon
    weights: Weights
    names: Nearest
    titles: Nearest
    official: OfficialTexts
    often: Floats

    @classmethod
    def of(cls, tree: Tree, documents: Sequence[Document], how: Training) -> "Evidence":
        """Learn from the documents whose code means something in the tree; the others are passed over."""
        aimed = [(document, found) for document in documents if (found := tree.targets(document.code))]
        leaf = np.array([found[0] if len(found) == 1 else -1 for _, found in aimed], dtype=np.int64)
        lexicon = Lexicon.of([document.text for document, _ in aimed], leaf.tolist())
        texts = lexicon.rows(document.text for document, _ in aimed)
        targets = Rows.build({leaf: 1.0 for leaf in found} for _, found in aimed)
        importance = np.array([IMPORTANCE[document.kind] for document, _ in aimed])
        classes = len(tree.leaves)
        title = np.array([document.kind is Kind.TITLE for document, _ in aimed])
        hard = np.flatnonzero(title)
        weights = fit(texts, targets, importance, grams=len(lexicon.at), classes=classes, hard=hard, how=how)

        def nearest(chosen: Ints) -> Nearest:
            return Nearest.build(texts.take(chosen), leaf[chosen], grams=len(lexicon.at), classes=classes)

        named, labelled = np.flatnonzero(~title & (leaf >= 0)), np.flatnonzero(title & (leaf >= 0))
        seen = np.bincount(leaf[labelled], minlength=classes) + LEAST_OFTEN
        often = np.log(seen / max(len(labelled), 1))
        return cls(lexicon, weights, nearest(named), nearest(labelled), OfficialTexts.of(tree.leaves), often)

    def find(self, title: str) -> "Findings":
        columns, values = self.lexicon.row(title)
        learned = self.weights.meet(columns, values)
        names, titles = self.names.meet(columns, values), self.titles.meet(columns, values)
        like_names, like_titles = names.totals(len(self.names.owner)), titles.totals(len(self.titles.owner))
        scores = self.weights.bias + learned.totals(len(self.often))
        votes = NAME_SHARE * self.names.votes(like_names) + self.titles.votes(like_titles)
        table = np.stack(
            [
                np.log(chances(scores) + LEAST_CHANCE),
                self.titles.best(like_titles),
                self.official.evidence(title),
                self.often,
                np.log(votes),
            ]
        )
        return Findings(table, columns, learned, names, titles, like_names, like_titles)


@dataclass(frozen=True, slots=True)
class Findings:
    """`table` is FEATURES x occupations; the rest is what it was made of, to say which words decided."""

    table: Floats
    columns: Ints
    learned: Meeting
    names: Meeting
    titles: Meeting
    like_names: Floats
    like_titles: Floats

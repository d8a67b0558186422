"""Does a title find its occupation code? Cross-validated on labelled titles, near copies never on both sides.

Beside it in the same run: always the commonest code, and cosine of character 1-2-grams weighted by TF-IDF, once over
the official names alone and once over everything the coder learns from. `--quick` asks one fold of five.
"""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from operator import ne

import numpy as np

from benchmarks.report import Row, at_least, at_most, exactly, percentile
from gongqiao.engines.occupations import Coder, Document, Kind, Training, Tree
from gongqiao.engines.occupations.coder import SURE
from gongqiao.engines.occupations.csr import Rows
from gongqiao.engines.occupations.documents import pairs
from gongqiao.engines.occupations.learning import FOLDS, LISTED, Probe, cross_mixed, folds, probe
from gongqiao.engines.occupations.mixture import best
from gongqiao.engines.occupations.nearest import Nearest
from gongqiao.engines.occupations.text import folded
from gongqiao.foundation.occupations import texts
from gongqiao.foundation.occupations.coding import coder
from tools.train_occupations import MODEL, MOST_BYTES

TITLE = "job titles find their occupation code (职业分类大典 2022)"
UNSEEN = 0.8  # Dice of letter pairs with every text learnt from, at most
PASSES = 3  # the best of each title counts: other work on the machine only ever adds time
Asker = Callable[[str], list[int]]


def run(quick: bool) -> Iterator[Row]:
    tree, documents = texts.tree(), texts.documents()
    probes = probe(tree, documents, Training(), only=range(1 if quick else FOLDS))
    answers = Answers(probes)
    yield from quality(tree, documents, probes, answers)
    yield from honesty(answers)
    yield from shipped(probes)


class Answers:
    """What the coder said of each probe, weighed by what other titles taught."""

    def __init__(self, probes: Sequence[Probe]) -> None:
        self.right = np.array([one.right for one in probes])
        mixtures = cross_mixed(probes)
        chances = [mixture.chances(one.table) for one, mixture in zip(probes, mixtures, strict=True)]
        self.listed = np.array([best(chance, LISTED) for chance in chances])
        self.worth = np.array(
            [mixture.worth(chance[own]) for mixture, chance, own in zip(mixtures, chances, self.listed, strict=True)]
        )


def hits(listed: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First guess right; right among the first five."""
    same = listed == right[:, None]
    return same[:, 0], same.any(axis=1)


def share(hit: np.ndarray) -> str:
    """The share with its 95 % interval (Wilson) and the number of titles."""
    n, p, z = len(hit), float(hit.mean()), 1.96
    middle, reach = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = ((middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n))
    return f"{p:.3f} ({low:.3f}–{high:.3f}, n = {n:,})"


def reached(what: str, hit: np.ndarray, goal: float) -> Row:
    return Row(what, f"≥ {goal:.2f}", share(hit), bool(hit.mean() >= goal))


def told(what: str, hit: np.ndarray) -> Row:
    return Row(what, "told", share(hit), True)


def quality(tree: Tree, documents: Sequence[Document], probes: Sequence[Probe], answers: Answers) -> Iterator[Row]:
    first, five = hits(answers.listed, answers.right)
    yield reached("leaf, first guess", first, 0.60)
    yield reached("leaf, first five", five, 0.85)
    group = np.array([leaf.code.rpartition("-")[0] for leaf in tree.leaves])
    yield told("group of the code (4-01-02), first guess", group[answers.listed[:, 0]] == group[answers.right])
    peers = asked_peers(tree, documents, probes)
    for name, listed in peers.items():
        yield told(f"peer: {name}, first guess", hits(listed, answers.right)[0])
        yield told(f"peer: {name}, first five", hits(listed, answers.right)[1])
    strongest = max((hits(listed, answers.right)[0] for listed in peers.values()), key=lambda hit: float(hit.mean()))
    yield at_least("first guess beside the best peer", float(first.mean() / strongest.mean()), 1.1, " ×")
    unseen = unseen_of(documents, probes)
    yield told("titles unseen in any form, first guess", first[unseen])
    yield told("titles unseen in any form, first five", five[unseen])
    names = hits(peers["TF-IDF over official names"], answers.right)[0]
    gain = first.astype(int) - names.astype(int)
    part = float(gain[unseen].sum() / gain.sum())
    yield at_least("part of the gain over official names that is on unseen titles", part, 0.5)


def honesty(answers: Answers) -> Iterator[Row]:
    """Does a chance of 0.7 mean 7 in 10? And how many titles get a sure answer, how often rightly."""
    first, _ = hits(answers.listed, answers.right)
    chance = answers.worth[:, 0]
    bins = np.minimum((chance * 10).astype(int), 9)
    gap = sum(abs(float((chance - first)[bins == at].sum())) for at in set(bins.tolist())) / len(bins)
    yield at_most("calibration: mean gap between chance and share right", gap, 0.06)
    for at in sorted(set(bins.tolist())):
        own = bins == at
        yield told(f"  said {chance[own].mean():.2f}, right", first[own])
    sure = chance >= SURE
    yield told("share of titles it is sure of", sure)
    yield reached("right when sure", first[sure], 0.75)
    yield told("right when not sure", first[~sure])


def shipped(probes: Sequence[Probe]) -> Iterator[Row]:
    """The model as it is shipped: fresh, small, fast, the same each time."""
    begun = time.perf_counter()
    own = Coder.load()
    yield at_most("load", time.perf_counter() - begun, 2.0, " s")
    yield exactly("learnt from the texts carried here", own.model.learnt_from[:12], texts.checksum()[:12])
    yield at_most("model file", MODEL.stat().st_size / 1e6, MOST_BYTES / 1e6, " MB")
    asked = [one.document.text for one in probes][:500]
    said, again = ([coder().code(text) for text in asked] for _ in range(2))
    yield exactly("answers that differ when asked again", sum(map(ne, said, again)), 0)
    times = [min(each) for each in zip(*([timed_once(text) for text in asked] for _ in range(PASSES)), strict=True)]
    yield at_most("one title warm, p50 of CPU time", percentile(times, 0.5), 1.0, " ms")
    yield Row("one title warm, p95 of CPU time", "told", f"{percentile(times, 0.95):.2f} ms", True)


def timed_once(text: str) -> float:
    """CPU milliseconds; the passes go over all titles in turn, so that no answer is remembered from the last one."""
    begun = time.process_time()
    coder().code(text)
    return (time.process_time() - begun) * 1e3


def asked_peers(tree: Tree, documents: Sequence[Document], probes: Sequence[Probe]) -> dict[str, np.ndarray]:
    """Five guesses of each peer for each probe; a peer that learns titles learns them fold by fold as we do."""
    titles = [document for document in documents if document.kind is Kind.TITLE]
    others = [document for document in documents if document.kind is not Kind.TITLE]
    names = [document for document in documents if document.kind is Kind.NAME]
    fold_of = folds(titles)
    found: dict[str, list[list[int]]] = {}
    for fold in sorted({one.fold for one in probes}):
        learnt = [title for title, at in zip(titles, fold_of, strict=True) if at != fold and title.code in tree.at]
        peers: dict[str, Asker] = {
            "the commonest codes": commonest(tree, learnt),
            "TF-IDF over official names": cosine(tree, names),
            "TF-IDF over all names and titles": cosine(tree, [*others, *learnt]),
        }
        for name, ask in peers.items():
            found.setdefault(name, []).extend(ask(one.document.text) for one in probes if one.fold == fold)
    return {name: np.array(listed) for name, listed in found.items()}


def commonest(tree: Tree, learnt: Sequence[Document]) -> Asker:
    listed = [tree.at[code] for code, _ in Counter(title.code for title in learnt).most_common(LISTED)]
    return lambda _: listed


def cosine(tree: Tree, learnt: Sequence[Document]) -> Asker:
    """Characters one and two together, sublinear counts, TF-IDF, cosine: the usual first try, in its best form."""
    known = [document for document in learnt if document.code in tree.at]
    bags = [ngrams(document.text) for document in known]
    spread = Counter(gram for bag in bags for gram in bag)
    at = {gram: number for number, gram in enumerate(spread)}
    rarity = np.array([math.log((1 + len(bags)) / (1 + spread[gram])) + 1 for gram in at])

    def rows(listed: Sequence[Counter[str]]) -> Rows:
        known_grams = ({at[gram]: 1 + math.log(count) for gram, count in bag.items() if gram in at} for bag in listed)
        return Rows.build(known_grams).scaled(rarity)

    owner = np.array([tree.at[document.code] for document in known])
    nearest = Nearest.build(rows(bags), owner, grams=len(at), classes=len(tree.leaves))

    def ask(text: str) -> list[int]:
        row = rows([ngrams(text)])
        likeness = nearest.best(nearest.meet(row.columns, row.values).totals(len(owner)))
        return [int(leaf) for leaf in best(likeness, LISTED)]

    return ask


def ngrams(text: str) -> Counter[str]:
    letters = folded(text)
    return Counter(letters[at : at + size] for size in (1, 2) for at in range(len(letters) - size + 1))


def unseen_of(documents: Sequence[Document], probes: Sequence[Probe]) -> np.ndarray:
    """Probes that no text learnt from resembles: none shares UNSEEN of the letter pairs (equal ones share all)."""
    titles = [document for document in documents if document.kind is Kind.TITLE]
    fold_of = {title.text: fold for title, fold in zip(titles, folds(titles).tolist(), strict=True)}
    holders: dict[str, list[int]] = {}
    bags = [pairs(document.text) for document in documents]
    for number, bag in enumerate(bags):
        for pair in bag:
            holders.setdefault(pair, []).append(number)
    found = []
    for one in probes:
        own = pairs(one.document.text)
        shared = Counter(number for pair in own for number in holders.get(pair, ()))
        seen = any(
            2 * count >= UNSEEN * (len(own) + len(bags[number]))
            and (documents[number].kind is not Kind.TITLE or fold_of[documents[number].text] != one.fold)
            for number, count in shared.items()
        )
        found.append(not seen)
    return np.array(found)

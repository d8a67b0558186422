"""From texts to a model: evidence on all of them, weights and curve from folds that keep near copies together."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.occupations.csr import Ints
from gongqiao.engines.occupations.documents import Document, Kind, Tree, near_groups
from gongqiao.engines.occupations.evidence import Evidence
from gongqiao.engines.occupations.mixture import Mixture, best, curve, weigh
from gongqiao.engines.occupations.softmax import Training

FOLDS = 5
LISTED = 5


@dataclass(frozen=True, slots=True)
class Probe:
    """A labelled title asked of evidence that has not learnt it: its fold, its right leaf, and the table found."""

    document: Document
    fold: int
    right: int
    table: NDArray[np.float32]


def folds(titles: Sequence[Document], count: int = FOLDS) -> Ints:
    """The fold of each title, by its group of near copies alone (stable when other titles come and go)."""
    texts = [title.text for title in titles]
    leader: dict[int, str] = {}
    groups = near_groups(texts)
    for group, text in zip(groups, texts, strict=True):
        leader[int(group)] = min(leader.get(int(group), text), text)
    digest = {group: int(hashlib.sha256(text.encode()).hexdigest(), 16) % count for group, text in leader.items()}
    return np.array([digest[int(group)] for group in groups], dtype=np.int64)


def probe(
    tree: Tree,
    documents: Sequence[Document],
    how: Training,
    *,
    only: Sequence[int] = range(FOLDS),
    tell: Callable[[str], None] = lambda _: None,
) -> list[Probe]:
    """Ask every leaf-labelled title of the folds `only` of evidence learnt without its fold."""
    titles = [document for document in documents if document.kind is Kind.TITLE]
    others = [document for document in documents if document.kind is not Kind.TITLE]
    fold_of = folds(titles)
    found: list[Probe] = []
    for fold in only:
        learnt = [title for title, at in zip(titles, fold_of, strict=True) if at != fold]
        evidence = Evidence.of(tree, [*others, *learnt], how)
        held = [title for title, at in zip(titles, fold_of, strict=True) if at == fold and title.code in tree.at]
        found += [
            Probe(title, fold, tree.at[title.code], evidence.find(title.text).table.astype(np.float32))
            for title in held
        ]
        tell(f"fold {fold + 1} of {FOLDS}: {len(held)} titles asked")
    return found


def mixed(probes: Sequence[Probe]) -> Mixture:
    """Weights and curve from probes."""
    weights = weigh([one.table for one in probes], [one.right for one in probes])
    plain = Mixture(weights, np.array([[0.0, 1.0], [0.0, 1.0]]))
    given, right = [], []
    for one in probes:
        chance = plain.chances(one.table)
        listed = best(chance, LISTED)
        given.append(chance[listed])
        right.append((listed == one.right).astype(float))
    return Mixture(weights, curve(np.concatenate(given), np.concatenate(right)))


def cross_mixed(probes: Sequence[Probe]) -> list[Mixture]:
    """For each probe the mixture learnt from the other folds, so that nothing is judged by what it taught.

    With one fold only, its titles are halved by turns instead.
    """
    part = np.array([one.fold for one in probes])
    if len(set(part.tolist())) == 1:
        part = np.arange(len(probes)) % 2
    by_part = {
        int(at): mixed([one for one, own in zip(probes, part, strict=True) if own != at]) for at in set(part.tolist())
    }
    return [by_part[int(at)] for at in part]

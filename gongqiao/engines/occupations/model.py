"""What is shipped: one file of arrays, read without running anything (no pickle), and how it was made."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gongqiao.engines.occupations.csr import Ints, Rows
from gongqiao.engines.occupations.documents import Document, Tree
from gongqiao.engines.occupations.errors import ModelError
from gongqiao.engines.occupations.evidence import Evidence
from gongqiao.engines.occupations.learning import mixed, probe
from gongqiao.engines.occupations.lexicon import Lexicon
from gongqiao.engines.occupations.mixture import Mixture
from gongqiao.engines.occupations.nearest import Nearest
from gongqiao.engines.occupations.official import OfficialTexts
from gongqiao.engines.occupations.softmax import Training, Weights

FORMAT = 1
BETWEEN = "\n"


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups above the leaves (4-01-02), and the group of each leaf by number."""

    codes: tuple[str, ...]
    of_leaf: Ints


@dataclass(frozen=True)
class Model:
    """Codes and names of the leaves, the evidence, its weighing, and a checksum of the texts it was learnt from."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    evidence: Evidence
    mixture: Mixture
    learnt_from: str

    @classmethod
    def learn(
        cls,
        tree: Tree,
        documents: Sequence[Document],
        how: Training,
        *,
        learnt_from: str,
        mixture: Mixture | None = None,
    ) -> "Model":
        """Evidence from all texts; the mixture from folds (minutes), unless one is given."""
        weighing = mixture or mixed(probe(tree, documents, how))
        evidence = Evidence.of(tree, documents, how)
        codes, names = zip(*((leaf.code, leaf.name) for leaf in tree.leaves), strict=True)
        return cls(codes, names, evidence, weighing, learnt_from)

    @cached_property
    def groups(self) -> Groups:
        above = [code.rpartition("-")[0] for code in self.codes]
        codes = tuple(sorted(set(above)))
        at = {code: number for number, code in enumerate(codes)}
        return Groups(codes, np.array([at[code] for code in above], dtype=np.int64))

    def to_bytes(self) -> bytes:
        """Half precision where nothing is lost that could be seen; the same model gives the same bytes."""
        found = self.evidence
        arrays: dict[str, Any] = {
            "about": _text([str(FORMAT), self.learnt_from]),
            "codes": _text(self.codes),
            "names": _text(self.names),
            "grams": _text(found.lexicon.at),
            "gram_weight": found.lexicon.weight.astype(np.float32),
            "bias": found.weights.bias.astype(np.float32),
            "name_owner": found.names.owner.astype(np.uint16),
            "title_owner": found.titles.owner.astype(np.uint16),
            "pieces": _text(found.official.at),
            "piece_rarity": found.official.rarity.astype(np.float32),
            "often": found.often.astype(np.float32),
            "mixture": self.mixture.weights,
            "curve": self.mixture.curve,
        }
        for name, rows in (
            ("learned", found.weights.grams),
            ("name", found.names.by_gram),
            ("title", found.titles.by_gram),
            ("official", found.official.by_piece),
        ):
            arrays[f"{name}_start"] = rows.start.astype(np.uint32)
            arrays[f"{name}_columns"] = rows.columns.astype(np.uint16)
            arrays[f"{name}_values"] = rows.values.astype(np.float16)
        out = io.BytesIO()
        np.savez_compressed(out, **arrays)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Model":
        """Raises ModelError for a file that is not one of ours or of another format."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as archive:
                arrays = dict(archive)
            form, learnt_from = _lines(arrays["about"])
        except (ValueError, KeyError, OSError, EOFError) as error:
            raise ModelError(f"not a model of occupations: {error}") from error
        if form != str(FORMAT):
            raise ModelError(f"the model has format {form}, this program reads {FORMAT}: train it again")
        codes = _lines(arrays["codes"])
        classes = len(codes)
        evidence = Evidence(
            Lexicon(_numbered(arrays["grams"]), _float(arrays["gram_weight"])),
            Weights(_rows(arrays, "learned"), _float(arrays["bias"])),
            Nearest(_rows(arrays, "name"), arrays["name_owner"].astype(np.int64), classes),
            Nearest(_rows(arrays, "title"), arrays["title_owner"].astype(np.int64), classes),
            OfficialTexts(
                _numbered(arrays["pieces"]), _float(arrays["piece_rarity"]), _rows(arrays, "official"), classes
            ),
            _float(arrays["often"]),
        )
        return cls(codes, _lines(arrays["names"]), evidence, Mixture(arrays["mixture"], arrays["curve"]), learnt_from)


def _text(lines: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.frombuffer(BETWEEN.join(lines).encode(), np.uint8)


def _lines(array: Any) -> tuple[str, ...]:
    return tuple(array.tobytes().decode().split(BETWEEN))


def _numbered(array: Any) -> dict[str, int]:
    return {line: number for number, line in enumerate(_lines(array))}


def _float(array: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.asarray(array, np.float64)


def _rows(arrays: dict[str, Any], name: str) -> Rows:
    start, columns = arrays[f"{name}_start"].astype(np.int64), arrays[f"{name}_columns"].astype(np.int64)
    return Rows(start, columns, _float(arrays[f"{name}_values"]))

"""The texts the coder is trained on, carried here: official names and tasks, market words, labelled titles."""

import csv
import gzip
import hashlib
import io
import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

from gongqiao.engines.occupations import Document, Kind, Occupation, Tree
from gongqiao.foundation.occupations.trades import TradeDataError
from gongqiao.foundation.occupations.words import day_words

LEAF_LEVEL = "4"
_CODE = re.compile(r"[1-8](-\d\d){3}")


def tree() -> Tree:
    """The 1,639 occupations of 职业分类大典 2022 with definition and tasks where the copy has them."""
    texts = {row["code"]: row["definition"] for row in _rows("occupation_texts.csv.gz")}
    tasks = {row["code"]: row["tasks"] for row in _rows("occupation_tasks.csv.gz")}
    return Tree(
        Occupation(row["code"], row["name"], texts.get(row["code"], ""), tasks.get(row["code"], ""))
        for row in _rows("occupations.csv.gz")
        if row["level"] == LEAF_LEVEL
    )


def documents() -> list[Document]:
    """Everything to learn from, in a fixed order."""
    found = [
        Document(row["name"], row["code"], Kind.NAME)
        for row in _rows("occupations.csv.gz")
        if row["level"] == LEAF_LEVEL
    ]
    for row in _rows("occupation_texts.csv.gz"):
        found += [Document(alias, row["code"], Kind.OFFICIAL) for alias in row["aliases"].split("|") if alias]
    found += market_words()
    for group in day_words():
        found += [Document(word, group.occupation, Kind.MARKET) for word in group.words]
    return found + titles()


def titles() -> list[Document]:
    """Titles of real advertisements with the code somebody gave them."""
    return [Document(row["title"], row["code"], Kind.TITLE) for row in _rows("job_titles.csv.gz")]


def market_words() -> list[Document]:
    """aliases/*.txt: `code word word …`; raises TradeDataError naming file and line."""
    return [document for file in _alias_files() for document in _words_of(file)]


def checksum() -> str:
    """Of all files learnt from: a model made from other texts can be told."""
    found = hashlib.sha256()
    here = resources.files(__package__)
    data = ("occupations.csv.gz", "occupation_texts.csv.gz", "occupation_tasks.csv.gz", "job_titles.csv.gz")
    for file in [here / "data" / name for name in data] + [here / "day_words.txt", *_alias_files()]:
        found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def _alias_files() -> list[Traversable]:
    folder = resources.files(__package__) / "aliases"
    return sorted((file for file in folder.iterdir() if file.name.endswith(".txt")), key=lambda file: file.name)


def _words_of(file: Traversable) -> Iterator[Document]:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        code, *words = line.partition("#")[0].split() or [""]
        if not code:
            continue
        if not _CODE.fullmatch(code) or not words:
            raise TradeDataError(f"aliases/{file.name}, line {number}: a line is `code word word …`")
        yield from (Document(word, code, Kind.MARKET) for word in words)


def _rows(name: str) -> list[dict[str, str]]:
    raw = (resources.files(__package__) / "data" / name).read_bytes()
    return list(csv.DictReader(io.StringIO(gzip.decompress(raw).decode("utf-8"))))

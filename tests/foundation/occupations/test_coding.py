"""The texts carried here, the vocabulary of the window, and the door to the coder."""

import csv
import gzip
import io
from importlib import resources

import pytest

from gongqiao.engines.occupations import Kind
from gongqiao.foundation.occupations import texts
from gongqiao.foundation.occupations.coding import coder, trades_meant
from gongqiao.foundation.occupations.trades import TradeDataError, catalogue
from gongqiao.foundation.occupations.words import all_words, day_words, parse


def official() -> dict[str, str]:
    """Definition and tasks of each occupation, as published."""
    found: dict[str, str] = {}
    for name, column in (("occupation_texts", "definition"), ("occupation_tasks", "tasks")):
        raw = (resources.files("gongqiao.foundation.occupations") / f"data/{name}.csv.gz").read_bytes()
        for row in csv.DictReader(io.StringIO(gzip.decompress(raw).decode())):
            found[row["code"]] = found.get(row["code"], "") + "\n" + row[column]
    return found


def test_the_vocabulary_has_every_trade_and_over_a_thousand_words_of_its_own() -> None:
    groups = day_words()
    assert {group.trade for group in groups} == set(catalogue().trades)
    assert sum(len(group.words) for group in groups) > 1000


def test_the_ground_of_each_group_stands_in_the_official_text() -> None:
    known = official()
    grounded = [group for group in day_words() if group.occupation in texts.tree().at]
    assert [
        group.trade for group in grounded if not group.because or group.because not in known[group.occupation]
    ] == []


def test_the_vocabulary_and_the_catalogue_mean_the_same_occupation() -> None:
    trades = catalogue().trades
    apart = {g.trade: (g.occupation, trades[g.trade].occupation) for g in day_words()}
    assert {trade: pair for trade, pair in apart.items() if pair[0] != pair[1] and trade != "site-labourer"} == {}


def test_no_word_is_said_twice() -> None:
    for group in day_words():
        assert len(set(group.words)) == len(group.words), group.trade
        assert not set(group.words) & set(catalogue().words), group.trade


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("搬货", "line 1: words before the first"),
        ("[handler 4-02-05-01", "line 1: a group begins with"),
        ("[nobody] 4-02-05-01", "trade 'nobody' is not in trades.json"),
        ("[handler] 4-02-05-01\n洗碗", "line 2: the word '洗碗' already stands for dishwasher"),
    ],
)
def test_a_fault_in_the_vocabulary_names_its_line(text: str, why: str) -> None:
    with pytest.raises(TradeDataError, match=why):
        parse(text, catalogue())


def test_market_words_all_stand_under_a_code_of_the_tree() -> None:
    known = texts.tree().at
    assert [document for document in texts.market_words() if document.code not in known] == []
    assert len(texts.market_words()) > 9000


def test_market_words_are_not_the_labelled_titles() -> None:
    """Written without them: what both have are plain names of trades, a small part of either."""
    titles = {title.text for title in texts.titles()}
    shared = {word.text for word in texts.market_words()} & titles
    assert len(shared) < 0.1 * len(texts.market_words())


def test_the_texts_are_of_every_kind() -> None:
    kinds = {kind: sum(document.kind is kind for document in texts.documents()) for kind in Kind}
    assert kinds[Kind.NAME] == len(texts.tree().leaves) == 1639
    assert min(kinds.values()) > 1000


def test_the_shipped_model_was_learnt_from_the_texts_carried_here() -> None:
    """Fails after a word is added: run `python -m tools.train_occupations`."""
    assert coder().model.learnt_from == texts.checksum()


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("扛大米", ["搬运工"]),
        ("打短工", ["杂工"]),
        ("招洗碗阿姨", ["洗碗工"]),
        ("程序员", []),
        ("🎉", []),
    ],
)
def test_trades_meant_then_by_the_words_or_nothing(word: str, names: list[str]) -> None:
    assert [trade.name for trade in trades_meant(word)] == names


def test_all_words_then_those_of_both() -> None:
    words = all_words()
    assert (words["小工"], words["扛大米"]) == ("general-labourer", "handler")

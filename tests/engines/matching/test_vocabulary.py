"""Bits: closed upwards, described, refused where unknown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongqiao.engines.matching import Capability, CapabilityVocabulary, TableError, Trade
from gongqiao.engines.matching.vocabulary import set_of
from tests.engines.matching.markets import TRADES, VOCABULARY

SKILLS = st.dictionaries(st.sampled_from(TRADES), st.sampled_from([None, 1, 2, 3]))
CERTIFICATES = st.lists(st.sampled_from(VOCABULARY.certificates))


def described(skills: dict[str, int | None]) -> set[tuple[str, int | None]]:
    held = set_of(VOCABULARY.held_bits(skills, []))
    return {(c.code, c.level) for bit in range(VOCABULARY.bits) if held >> bit & 1 for c in [VOCABULARY.describe(bit)]}


def test_levels_imply_lower_ones_and_a_child_implies_its_ancestors_without_level() -> None:
    assert described({"mason": 2}) == {("mason", 0), ("mason", 1), ("mason", 2), ("building", 0)}
    assert described({"plasterer": 1}) == {("plasterer", 0), ("plasterer", 1), ("mason", 0), ("building", 0)}


def test_unknown_level_is_not_level_one() -> None:
    assert described({"cook": None}) == {("cook", 0)}
    assert VOCABULARY.trade_bit("cook", None) != VOCABULARY.trade_bit("cook", 1)


@given(SKILLS, CERTIFICATES)
def test_words_hold_the_same_bits_as_the_set(skills: dict[str, int | None], certificates: list[str]) -> None:
    words = VOCABULARY.held_bits(skills, certificates)
    assert (words.dtype, words.shape) == (np.dtype(np.uint64), (VOCABULARY.words,))
    assert set_of(words) == VOCABULARY.held_set(skills, certificates)


@given(SKILLS, st.sampled_from(TRADES))
def test_a_higher_level_never_opens_less(skills: dict[str, int | None], trade: str) -> None:
    before = VOCABULARY.held_set(skills, [])
    after = VOCABULARY.held_set(skills | {trade: 3}, [])
    assert before & ~after == 0


def test_every_bit_is_described_once() -> None:
    everything = [VOCABULARY.describe(bit) for bit in range(VOCABULARY.bits)]
    assert len(set(everything)) == VOCABULARY.bits == 4 * len(VOCABULARY.trades) + 3
    assert VOCABULARY.describe(VOCABULARY.certificate_bit("height")) == Capability("certificate", "height", None)
    assert VOCABULARY.words == 2
    with pytest.raises(TableError):
        VOCABULARY.describe(VOCABULARY.bits)


def test_required_bits() -> None:
    asked = set_of(VOCABULARY.required_bits("mason", 2, ["health"]))
    assert asked == 1 << VOCABULARY.trade_bit("mason", 2) | 1 << VOCABULARY.certificate_bit("health")
    assert set_of(VOCABULARY.required_bits(None)) == 0


@pytest.mark.parametrize(
    ("trades", "certificates", "problem"),
    [
        ([Trade("a"), Trade("a")], [], "vocabulary: trade 'a' is given twice"),
        ([Trade("")], [], "vocabulary: trade 0 must have a code, got ''"),
        ([Trade("a", parent="b")], [], "vocabulary: parent 'b' of trade 'a' is not a trade"),
        ([Trade("a", parent="b"), Trade("b", parent="a")], [], "vocabulary: trade 'a' is its own ancestor"),
        ([], ["c", "c"], "vocabulary: certificate 'c' is given twice"),
    ],
)
def test_bad_vocabulary_is_refused(trades: list[Trade], certificates: list[str], problem: str) -> None:
    with pytest.raises(TableError) as refused:
        CapabilityVocabulary.build(trades, certificates, version="1")
    assert str(refused.value) == problem


def test_empty_vocabulary_still_has_a_word() -> None:
    empty = CapabilityVocabulary.build([], [], version="1")
    assert (empty.bits, empty.words, empty.held_bits({}, []).tolist()) == (0, 1, [0])

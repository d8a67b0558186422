"""Whole forms beside JavaRosa: what a blank one holds, and what becomes of it when both are given the same answers:
over a thousand fills of nineteen forms, equal in the final tree and in what was refused."""

from datetime import datetime
from pathlib import Path

import pytest

from benchmarks.xforms import questionnaire
from tests.engines.xforms import fixtures, table
from tools.javarosa import JavaRosa
from tools.javarosa.compare import Pair

FILLS = 56  # of each form: over a thousand in all


def noon() -> datetime:
    """Of the very day: JavaRosa has a clock of its own, and today() is today there."""
    return datetime.now(table.SHANGHAI).replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.mark.parametrize("name", fixtures.COMPARED)
def test_blank_form_then_equal_to_javarosas(name: str, rosa: JavaRosa, tmp_path: Path) -> None:
    pair = Pair.of(fixtures.converted(name).xform, tmp_path, rosa, noon())
    assert pair.blank() is None


@pytest.mark.parametrize("name", fixtures.COMPARED)
def test_random_answers_then_the_same_tree_and_the_same_refusals(name: str, rosa: JavaRosa, tmp_path: Path) -> None:
    pair = Pair.of(fixtures.converted(name).xform, tmp_path, rosa, noon())
    found = [each for each in map(pair.filled, range(FILLS)) if each is not None]
    assert [each for each in found if not each.counts_none(pair.form)] == []
    assert found == [] or name in fixtures.COUNTS_NONE


def test_questionnaire_when_answered_by_chance_then_the_same_in_both(rosa: JavaRosa, tmp_path: Path) -> None:
    (tmp_path / questionnaire.DISTRICTS).write_bytes(questionnaire.DISTRICTS_CSV)
    pair = Pair.of(fixtures.worker_needs().xform, tmp_path, rosa, noon())
    assert pair.blank() is None
    assert [pair.filled(seed) for seed in range(40)] == [None] * 40


def test_counted_repeat_when_none_are_counted_then_javarosa_keeps_a_first_turn_and_we_have_none(
    rosa: JavaRosa, tmp_path: Path
) -> None:
    """The one known difference of trees: the specification counts, JavaRosa only ever adds."""
    sheets = {
        "survey": [
            {"type": "integer", "name": "k", "label": "K"},
            {"type": "begin_repeat", "name": "rep", "label": "Rep", "repeat_count": "${k}"},
            {"type": "text", "name": "x", "label": "X"},
            {"type": "end_repeat", "name": "rep"},
        ]
    }
    pair = Pair.of(fixtures.convert(sheets).xform, tmp_path, rosa, noon())
    for count, theirs in ((0, 1), (1, 1), (3, 3)):
        session = pair.session(0)
        assert session.answer(session.node("/data/k"), str(count)) is None
        assert len(session.root.named("rep")) == count
        assert rosa.fill({"/data/k": str(count)}).xml.count("<rep>") == theirs

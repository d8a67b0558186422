"""Our engine beside JavaRosa's, the engine of ODK Collect: equal, or different for a reason that is written down."""

from pathlib import Path

from tests.engines.xforms import table
from tools.javarosa import JavaRosa


def different(answers: dict[str, list[str]]) -> dict[str, tuple[list[str], list[str]]]:
    ours = {expression: table.said(expression) for expression in table.ASKED}
    return {each: (ours[each], answers[each]) for each in ours if not table.same(ours[each], answers[each])}


def test_expressions_then_equal_to_what_javarosa_answered_but_for_what_is_explained() -> None:
    found = different(table.recorded())
    assert {each: said for each, said in found.items() if each not in table.DIFFERENCES} == {}
    assert set(table.DIFFERENCES) - set(found) == set()  # an explanation of what does not differ explains nothing


def test_expressions_when_it_can_do_them_too_then_99_in_100_are_equal() -> None:
    found = different(table.recorded())
    told_apart = [each for each in found if not table.DIFFERENCES[each].startswith(table.WIDER)]
    assert len(table.ASKED) >= 400
    assert len(told_apart) / len(table.ASKED) <= 0.01


def test_recorded_answers_when_javarosa_is_asked_again_then_the_same(rosa: JavaRosa, tmp_path: Path) -> None:
    rosa.load(table.form(), tmp_path)
    assert {each: table.asked(rosa, each) for each in table.ASKED} == table.recorded()

"""Whole forms beside the engine of ODK Web Forms: filled answers, refused ones put back in, worked out again by both;
equal in the final tree and in which constraints and requirements are broken.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from random import Random

import pytest

from benchmarks.xforms import questionnaire
from gongqiao.engines.xforms import Form, Session, load, submission
from gongqiao.engines.xforms.fills import fill
from tests.engines.xforms import fixtures, table
from tools import webforms
from tools.javarosa.compare import Named, leaves
from tools.webforms import WebForms

FILLS = 10
# Where Web Forms answers otherwise, JavaRosa (so Collect) answers as we do; and why.
EXPLAINED = {
    ("or_other.xlsx", "/data/fav_pastel"): "[pastel=yes] keeps a row without either: an absent node is an empty text "
    "for JavaRosa; in XPath 1.0 nothing equals a node that is not there",
    ("worker_needs", "/data/experience"): "sum() passes over a blank answer in JavaRosa; in XPath 1.0 it makes NaN",
}
FILES = {questionnaire.DISTRICTS: questionnaire.DISTRICTS_CSV}


@pytest.fixture(scope="module")
def web() -> Iterator[WebForms]:
    """Running; without node and its packages the comparisons are skipped and that is said."""
    try:
        with webforms.running() as running:
            yield running
    except webforms.NotHere as absence:
        pytest.skip(f"NOT compared with ODK Web Forms: {absence}")


def given(form: Form, seed: int, now: datetime) -> bytes:
    """A fill by chance; what a constraint refused stands there all the same, as a phone of ill will would send it."""
    session = Session(form, now=now, seed=seed, properties=Named())
    found = fill(session, Random(seed))
    for problem in found.stuck:
        if problem.kind == "constraint" and problem.node.root() is session.root:
            problem.node.text = found.answers[session.path_of(problem.node)]
    return submission.write(session.root)


def ours(form: Form, content: bytes, now: datetime) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    session = Session(form, now=now, seed=0, answers=submission.fitted(form, submission.read(content)))
    problems = [(session.path_of(each.node), each.kind) for each in session.problems()]
    return leaves(form, submission.read(submission.write(session.root))), problems


def compared(name: str, xform: str, files: dict[str, bytes], web: WebForms, fills: int) -> list[object]:
    """What differs and is not explained."""
    now = datetime.now(table.SHANGHAI)
    form = load(xform, zone=table.SHANGHAI, files=files)
    web.load(xform, {name: content.decode() for name, content in files.items()})
    apart: list[object] = []
    for seed in range(fills):
        content = given(form, seed, now)
        restored = web.restore(content)
        tree, problems = ours(form, content, now)
        theirs = leaves(form, submission.read(restored.xml.encode()))
        apart += [(seed, leaf) for leaf in _apart(tree, theirs) if (name, leaf[0]) not in EXPLAINED]
        apart += [(seed, problem) for problem in _apart(problems, list(restored.violations))]
    return apart


def _apart(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return list(((Counter(one) - Counter(other)) + (Counter(other) - Counter(one))).elements())


@pytest.mark.parametrize("name", fixtures.COMPARED)
def test_answers_worked_out_again_then_equal(name: str, web: WebForms) -> None:
    assert compared(name, fixtures.converted(name).xform, {}, web, FILLS) == []


def test_questionnaire_then_equal(web: WebForms) -> None:
    assert compared("worker_needs", fixtures.worker_needs().xform, FILES, web, 40) == []

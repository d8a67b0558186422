"""Survey forms: how fast a 46-row Chinese questionnaire loads and is filled, and how often we agree with JavaRosa.

JavaRosa (the engine of ODK Collect) and the engine of ODK Web Forms (in Node) are measured in the same run, warm, each
in its own process; without a JVM or Node their rows are left out and that is said. CPU time of the best of several
runs: other work on the machine only ever adds to it.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from benchmarks.report import Row, at_most, exactly
from benchmarks.xforms import questionnaire
from gongqiao.engines.xforms import Session, load, submission
from gongqiao.engines.xforms.fills import fill
from gongqiao.engines.xforms.model import Form, Place
from gongqiao.engines.xforms.nodes import Node
from gongqiao.engines.xforms.walking import stops
from gongqiao.engines.xforms.xlsform import convert
from gongqiao.engines.xforms.xpath.compiler import compiled
from gongqiao.engines.xforms.xpath.parser import parse
from tools import javarosa, webforms
from tools.javarosa.compare import Pair

TITLE = "survey forms: loading, filling, and the same answers as JavaRosa"
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 25, 12, tzinfo=SHANGHAI)
FULLEST_OF = 200  # seeds among which the fill that passes most questions is taken
TIMES = 15


def run(quick: bool) -> Iterator[Row]:
    xform = convert(questionnaire.sheets()).xform
    files = {questionnaire.DISTRICTS: questionnaire.DISTRICTS_CSV}
    form = load(xform, zone=SHANGHAI, files=files)
    loading = best(lambda: load(xform, zone=SHANGHAI, files=files))
    answers = max((fill(Session(form, now=NOON, seed=n), Random(n)).answers for n in range(FULLEST_OF)), key=len)

    filling = best(lambda: submission.write(filled(form, answers).root))
    yield exactly("rows of the questionnaire", len(questionnaire.SURVEY), 46)
    yield at_most("load, no expression of it ever seen", best(lambda: cold(xform, files)), 40.0, " ms")
    yield at_most("load again", loading, 40.0, " ms")
    yield at_most(f"whole fill, {len(answers)} answers and turns", filling, 5.0, " ms")
    yield from beside_javarosa(xform, answers, loading, filling, quick)
    yield from beside_webforms(xform, answers, loading)


def filled(form: Form, answers: dict[str, str]) -> Session:
    session = Session(form, now=NOON, seed=1)

    def more(parent: Node, place: Place, turns: int) -> bool:
        return f"{session.path_of(parent)}/{place[-1]}[{turns + 1}]" in answers

    for stop in stops(session, more):
        value = answers.get(session.path_of(stop.node))
        if value is not None:
            session.answer(stop.node, value)
    return session


def cold(xform: str, files: dict[str, bytes]) -> None:
    compiled.cache_clear()
    parse.cache_clear()
    load(xform, zone=SHANGHAI, files=files)


def best(work: Callable[[], object]) -> float:
    """Milliseconds of CPU."""
    found = []
    for _ in range(TIMES):
        begun = time.process_time()
        work()
        found.append((time.process_time() - begun) * 1e3)
    return min(found)


def beside_javarosa(xform: str, answers: dict[str, str], loading: float, filling: float, quick: bool) -> Iterator[Row]:
    fills = 50 if quick else 1_000
    try:
        with javarosa.running(str(SHANGHAI)) as rosa, tempfile.TemporaryDirectory() as folder:
            Path(folder, questionnaire.DISTRICTS).write_bytes(questionnaire.DISTRICTS_CSV)
            theirs = rosa.load_time(xform, Path(folder), TIMES)
            yield Row(f"load beside JavaRosa {javarosa.version()}, warm", "told", f"{loading / theirs:.2f} ×", True)
            pair = Pair.of(xform, Path(folder), rosa, datetime.now(SHANGHAI).replace(hour=12))  # its clock is its own
            theirs = rosa.fill_time(answers, TIMES)
            yield Row("fill beside JavaRosa, warm", "told", f"{filling / theirs:.2f} ×", True)
            same = sum(pair.filled(seed) is None for seed in range(fills))
            yield exactly(f"of {fills:,} random fills, the same tree and refusals as JavaRosa", same, fills)
    except javarosa.NotHere as absence:
        yield Row("beside JavaRosa", "told", f"NOT measured: {absence}", True)


def beside_webforms(xform: str, answers: dict[str, str], loading: float) -> Iterator[Row]:
    """It is given what came in and hands in what it made of it: so are we."""
    files = {questionnaire.DISTRICTS: questionnaire.DISTRICTS_CSV}
    form = load(xform, zone=SHANGHAI, files=files)
    content = submission.write(filled(form, answers).root)

    def restored() -> None:
        session = Session(form, now=NOON, seed=1, answers=submission.fitted(form, submission.read(content)))
        session.problems()
        submission.write(session.root)

    ours = best(restored)
    yield Row("an answer read, judged and written again", "told", f"{ours:.2f} ms", True)
    try:
        with webforms.running(str(SHANGHAI)) as web:
            texts = {name: each.decode() for name, each in files.items()}
            web.load(xform, texts)
            theirs = web.load_time(xform, texts, TIMES)
            yield Row(f"load beside Web Forms {webforms.version()}, warm", "told", f"{loading / theirs:.2f} ×", True)
            theirs = web.restore_time(content, TIMES)
            yield Row("read, judged and written beside Web Forms, warm", "told", f"{ours / theirs:.2f} ×", True)
    except webforms.NotHere as absence:
        yield Row("beside Web Forms", "told", f"NOT measured: {absence}", True)

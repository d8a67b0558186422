"""Forms and submissions that are broken by chance: the engine's own error, or nothing; never another."""

from random import Random

from benchmarks.xforms import questionnaire
from gongqiao.engines.xforms import Session, XFormError, load, submission
from gongqiao.engines.xforms.fills import fill
from tests.engines.xforms import fixtures, table

FORMS, SUBMISSIONS = 250, 500
FILES = {questionnaire.DISTRICTS: questionnaire.DISTRICTS_CSV}
BITS = ("<", ">", "'", "/", "..", "()", "&amp;", "９", "\x00", "[1]", "<a>", "</a>", "-1", "NaN", "1e999", "(" * 40, "")


def broken(text: str, chance: Random) -> str:
    """One to four cuts, doublings, or odd bits put in."""
    for _ in range(chance.randint(1, 4)):
        at, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        end = min(end, at + chance.choice((1, 5, 40)))
        text = text[:at] + chance.choice((*BITS, text[at:end] * 2)) + text[end:]
    return text


def test_forms_when_broken_by_chance_then_nothing_but_the_engines_own_error() -> None:
    whole = fixtures.worker_needs().xform
    opened = 0
    for seed in range(FORMS):
        chance = Random(seed)
        try:
            session = Session(load(broken(whole, chance), zone=table.SHANGHAI, files=FILES), now=table.NOON, seed=seed)
            fill(session, chance)
            session.finish(now=table.NOON)
        except XFormError:
            continue
        opened += 1
    assert 0 < opened < FORMS  # both kinds came up


def test_submissions_when_broken_by_chance_then_nothing_but_the_engines_own_error() -> None:
    form = load(fixtures.worker_needs().xform, zone=table.SHANGHAI, files=FILES)
    read = 0
    for seed in range(SUBMISSIONS):
        chance = Random(seed)
        session = Session(form, now=table.NOON, seed=seed)
        fill(session, chance)
        text = submission.write(session.root).decode()
        try:
            root = submission.read(broken(text, chance).encode())
            submission.header(root)
            again = Session(form, now=table.NOON, seed=1, answers=submission.fitted(form, root))
            again.problems()
            list(submission.leaves(form, again.root))
        except XFormError:
            continue
        read += 1
    assert 0 < read < SUBMISSIONS

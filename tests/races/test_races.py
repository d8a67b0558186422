"""32 racing writers in two processes: exactly one wins, by facts of the database, on SQLite and on PostgreSQL."""

import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from gongqiao.foundation.audit.chain import verify
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.markets.models import Market
from gongqiao.needs.dossiers.models import DossierValue
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.surveys.actions import intake
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.models import DossierProposal, Submission
from gongqiao.services.hall import actions as hall
from gongqiao.services.hall.actions.setup import WindowFacts
from gongqiao.services.hall.models import Number
from gongqiao.services.placement.enums import HOLDING
from gongqiao.services.placement.models import Assignment, QueueTicket
from tests import factories
from tests.factories import House
from tests.needs.interviews import given
from tests.needs.surveys.given_forms import JPEG, answers, published
from tests.services.hall import given as halls

pytestmark = pytest.mark.data
WRITERS, PROCESSES = 32, 2
ROOT = Path(__file__).resolve().parents[2]


def address() -> str:
    """The test's database as another process names it; a file or a server, never memory."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        assert Path(facts["NAME"]).is_file()
        return f"sqlite://{facts['NAME']}"
    host = facts["OPTIONS"].get("host") or facts["HOST"]
    return f"postgres://{facts['USER']}:{facts['PASSWORD']}@/{facts['NAME']}?host={quote(host)}"


def race(market: Market, act: str, **facts: Any) -> Counter[str]:
    """All at once; what became of each. Every writer was connected before the first was let go."""
    each = WRITERS // PROCESSES
    env = {**os.environ, "DATABASE_URL": address(), "GONGQIAO_HOME": str(settings.HOME)}
    env["DJANGO_SETTINGS_MODULE"] = "gongqiao.config.settings"
    seen, connections = Counter[str](), 0
    with ExitStack() as stack:
        crews = []
        for first in range(0, WRITERS, each):
            order = ["-m", "tests.races.writers", act, str(market.pk), str(first), str(each), json.dumps(facts)]
            pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            crews.append(stack.enter_context(subprocess.Popen([sys.executable, *order], cwd=ROOT, env=env, **pipes)))
        assert [crew.stdout.readline() for crew in crews if crew.stdout] == ["ready\n"] * PROCESSES
        for crew in crews:
            assert crew.stdin is not None
            crew.stdin.write("go\n")
            crew.stdin.flush()
        for crew in crews:
            assert crew.stdout is not None
            told = json.loads(crew.stdout.readline())
            seen.update(told["seen"])
            connections += told["connections"]
    assert (seen.total(), connections) == (WRITERS, WRITERS)
    return seen


def won_once(seen: Counter[str]) -> bool:
    return seen["won"] == 1 and set(seen) <= {"won", "Refused", "Stale"}


def test_the_last_seat_goes_to_one(shared_house: House) -> None:
    shift = factories.verified(shared_house, headcount=1)
    people = [factories.dossier(shared_house, f"韦{index}") for index in range(WRITERS)]
    pairs = [(shift.pk, person.pk) for person in people]
    seen = race(shared_house.market, "offer", by=shared_house.mo.pk, pairs=pairs)
    assert won_once(seen), seen
    assert Assignment.objects.filter(shift=shift, state__in=HOLDING).count() == 1
    assert AuditEvent.objects.filter(action="assignment.offered").count() == 1
    assert verify("yufeng").fault == ""


def test_overlapping_shifts_get_one_of_them(shared_house: House) -> None:
    wei = factories.dossier(shared_house)
    shifts = [factories.verified(shared_house, start=8, length=4 + index % 3) for index in range(WRITERS)]
    pairs = [(shift.pk, wei.pk) for shift in shifts]
    seen = race(shared_house.market, "offer", by=shared_house.mo.pk, pairs=pairs)
    assert won_once(seen), seen
    assert Assignment.objects.filter(dossier=wei, state__in=HOLDING).count() == 1
    assert AuditEvent.objects.filter(action="assignment.offered").count() == 1


def test_shifts_that_only_touch_are_all_won(shared_house: House) -> None:
    """The refusal is about overlap, not about being first: half-open spans leave room for all of them."""
    wei = factories.dossier(shared_house)
    spans = [
        factories.verified(shared_house, start=index % 24, length=1, headcount=2, pay_fen=2500) for index in range(24)
    ]
    pairs = [(spans[index % 24].pk, wei.pk) for index in range(WRITERS)]
    seen = race(shared_house.market, "offer", by=shared_house.mo.pk, pairs=pairs)
    assert (seen["won"], seen["Refused"] + seen["Stale"]) == (24, WRITERS - 24), seen
    assert Assignment.objects.filter(dossier=wei, state__in=HOLDING).count() == 24


def test_one_verification_is_made_once(shared_house: House) -> None:
    row = factories.posting(shared_house)
    postings.submit(row, by=shared_house.luo)
    seen = race(shared_house.market, "verify", by=shared_house.mo.pk, posting=row.pk)
    assert won_once(seen), seen
    assert row.verifications.count() == 1
    assert AuditEvent.objects.filter(action="posting.verified").count() == 1
    assert verify("yufeng").fault == ""


def test_the_same_answers_at_once_are_one(shared_house: House) -> None:
    """Every phone is told that they arrived, and they are there once with their pictures."""
    published(shared_house)
    content = answers(photo="1.jpg", card="2.jpg").decode()
    seen = race(shared_house.market, "hand_in", by=shared_house.mo.pk, content=content, pictures=["1.jpg", "2.jpg"])
    assert seen == {"won": WRITERS}
    row = Submission.objects.get()
    assert (row.state, row.versions.count(), row.slots.exclude(file=None).count()) == ("received", 1, 2)
    assert (row.answers.count(), StoredFile.objects.count()) == (4, 3)
    assert AuditEvent.objects.filter(action__in=["survey.received", "survey.complete"]).count() == 2
    assert verify("yufeng").fault == ""


def test_one_proposal_is_written_once(shared_house: House) -> None:
    wei = factories.dossier(shared_house, values={"pay_floor": 1500})
    published(shared_house)
    content = answers(file_no=wei.number, pay="19", took=timedelta(seconds=1))  # too fast: it waits for a person
    intake.receive(Delivery(content), by=shared_house.mo)
    proposal = DossierProposal.objects.get()
    seen = race(shared_house.market, "apply", by=shared_house.zhou.pk, proposal=str(proposal.pk))
    assert won_once(seen), seen
    values = DossierValue.objects.filter(dossier=wei, field="pay_floor").order_by("pk")
    assert [(value.value, value.superseded_at is None) for value in values] == [(1500, False), (1900, True)]
    assert AuditEvent.objects.filter(action="survey.proposal_applied").count() == 1


def test_taken_back_while_its_last_picture_comes_in_it_is_whole_or_gone(shared_house: House) -> None:
    published(shared_house)
    content = answers(photo="1.jpg", card="2.jpg")
    row = intake.receive(Delivery(content, {"1.jpg": JPEG}), by=shared_house.mo)
    pictures = ["1.jpg", "2.jpg"]
    facts = {"by": shared_house.mo.pk, "submission": row.pk, "content": content.decode(), "pictures": pictures}
    seen = race(shared_house.market, "bring_or_withdraw", **facts)
    assert set(seen) <= {"won", "Differs", "Stale"}, seen
    row = Submission.objects.get()
    kept = StoredFile.objects.filter(forgotten_at=None).count()
    whole = ("received", 4, 3)
    assert (row.state, row.answers.count(), kept) in {whole, ("withdrawn", 0, 0)}
    assert verify("yufeng").fault == ""


def test_a_code_stands_once_in_the_book_however_many_add_it(shared_house: House) -> None:
    study = given.study(shared_house)
    seen = race(shared_house.market, "add_code", by=shared_house.mo.pk, study=study.pk)
    assert won_once(seen), seen
    assert list(study.codes.values_list("name", flat=True)) == ["工钱"]
    assert AuditEvent.objects.filter(action="study.code_added").count() == 1


def test_numbers_drawn_at_once_follow_each_other(shared_house: House) -> None:
    services, _windows = halls.hall(shared_house)
    seen = race(shared_house.market, "draw", by=shared_house.system.pk, service=services[0].pk)
    assert seen == {"won": WRITERS}
    assert list(Number.objects.order_by("number").values_list("number", flat=True)) == list(range(1, WRITERS + 1))
    assert verify("yufeng").fault == ""


def test_windows_that_call_at_once_call_different_people(shared_house: House) -> None:
    services, _windows = halls.hall(shared_house)
    windows = [hall.set_window(WindowFacts(index + 1, "A"), by=shared_house.liang) for index in range(WRITERS)]
    with halls.morning(shared_house, 5):
        halls.drawn(shared_house, services[0], 12)
    seen = race(shared_house.market, "call_next", by=shared_house.mo.pk, windows=[window.pk for window in windows])
    assert set(seen) == {"won"}, seen
    called = Number.objects.filter(state="called")
    assert len(set(called.values_list("window", flat=True))) == called.count() == 12
    assert AuditEvent.objects.filter(action="hall.number_called").count() == 12


def test_who_is_checked_in_twice_at_once_stands_in_the_turn_once(shared_house: House) -> None:
    people = [factories.dossier(shared_house, f"韦{index}") for index in range(WRITERS // 2)]
    day = timezone.localdate().isoformat()
    facts = {"by": shared_house.zhou.pk, "people": [person.pk for person in people], "day": day}
    seen = race(shared_house.market, "check_in", **facts)
    assert seen == {"won": WRITERS}
    numbers = list(QueueTicket.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, WRITERS // 2 + 1))
    assert AuditEvent.objects.filter(action="queue.checked_in").count() == WRITERS // 2

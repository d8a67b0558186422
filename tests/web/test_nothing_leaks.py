"""What somebody must not know stands on no page, in no search, count, log or sheet that he may open; nor can he tell
that anything came in."""

import io
import re
import zipfile
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.feedback import actions as feedback
from gongqiao.needs.feedback.enums import Category, Outcome
from gongqiao.needs.feedback.models import Ticket
from gongqiao.needs.surveys.actions import intake
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.models import FormVersion, Submission
from tests import factories
from tests.needs.surveys.given_forms import answers
from tests.web.test_access_matrix import may_enter, undone
from tests.web.world import World, routes, world

pytestmark = pytest.mark.data
WORDS = "香樟树下那个红包"
LINE = [Role.MANAGER, Role.SPECIALIST, Role.SOCIAL_WORKER]  # 梁经理, whom it is about, and those under him
OUTSIDE = [None, Role.EMPLOYER, Role.WORKER]


@pytest.fixture
def here(house: factories.House) -> World:
    made = world(house)
    factories.handlers(house)
    return made


def text_of(response: HttpResponse) -> str:
    """A page, or what stands in a sheet or a paper."""
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return bytes(content).decode("utf-8", "replace")


def asked_of(here: World, role: Role | None, marks: list[str]) -> list[str]:
    """Every address that only shows something, and those that search, asked for each mark."""
    period = f"first={timezone.localdate() - timedelta(days=30)}&last={timezone.localdate()}"
    found = []
    for route in routes():
        if not route.name.startswith(("openrosa:", "api-1:")) and may_enter(route, role):
            found += route.paths("yufeng", here.rows)
    searched = ["/desk/tickets/?q={}", "/desk/audit/?q={}", "/desk/dossiers/?q={}", "/desk/?q={}"]
    lists = [
        f"/desk/tickets/?list={name}" for name in ("up", "new", "overdue", "approval", "ended", "callback", "mine")
    ]
    sheets = [f"/desk/sheets/export/{name}/?{period}" for name in ("tickets", "postings", "wages")]
    return [*found, *lists, *sheets, *(path.format(mark) for path in searched for mark in marks)]


def told_to(client: Client, paths: list[str]) -> dict[str, str]:
    """What each answers to a GET, without the tokens of the page and without the question itself said back."""
    found = {}
    for path in paths:
        with undone():
            text = text_of(client.get(path))  # type: ignore[arg-type]
        for token in ('name="csrfmiddlewaretoken" value="', 'name="key" value="', '"x-csrftoken": "', 'nonce="'):
            text = re.sub(f'{token}[^"]*"', "", text)
        asked = path.partition("?q=")[2]
        for echo in (f'value="{asked}"', f"q={asked}", f"q={quote(asked)}"):
            text = text.replace(echo, "") if asked else text
        found[path] = text
    return found


def about_the_manager(here: World) -> Ticket:
    """Filed, taken by the auditor, answered, brought to an end, opened again."""
    ticket = factories.ticket(here.house, Category.STAFF, f"{WORDS}是给梁经理的", about_staff=(here.house.liang,))
    feedback.take(ticket, by=here.house.shen)
    feedback.answer(ticket, f"{WORDS}：在查。", by=here.house.shen)
    feedback.resolve(ticket, Outcome.UNPROVEN, f"{WORDS}：查不实。", by=here.house.shen)
    feedback.reopen(ticket, f"{WORDS}：我有照片。", by=here.house.system)
    return ticket


@pytest.mark.parametrize("role", [*LINE, *OUTSIDE], ids=lambda role: str(role or "nobody"))
def test_a_ticket_about_the_manager_is_nowhere_for_him_and_those_under_him(here: World, role: Role | None) -> None:
    ticket = about_the_manager(here)
    marks = [WORDS, str(ticket.pk), ticket.name, ticket.code, ticket.code_in_fours]
    told = told_to(here.client(role), asked_of(here, role, [str(ticket.number), ticket.code, str(ticket.pk)]))
    wrong = [(path, mark) for path, text in told.items() for mark in marks if mark in text]
    assert wrong == []
    assert len(told) > 20
    auditor = told_to(here.client(Role.AUDITOR), [f"/desk/tickets/?q={ticket.number}"])
    assert ticket.name in "".join(auditor.values())  # who may see it finds it by the same search


@pytest.mark.parametrize("role", LINE, ids=str)
def test_nor_do_they_see_that_anything_came_in(here: World, role: Role) -> None:
    """No number is one higher, no list one longer, in no log a line more."""
    lists = [path for path in asked_of(here, role, ["收到一件诉求", "诉求"]) if "export" not in path]
    lists = [path for path in lists if re.match(r"/desk/(\?|$|tickets/|audit/\?|board/$)", path) and "-" not in path]
    client = here.client(role)
    with time_machine.travel(timezone.now(), tick=False):  # pages show the minute, and it must not turn between
        before = told_to(client, lists)
        about_the_manager(here)
        after = told_to(client, lists)
    assert [path for path in lists if before[path] != after[path]] == []
    assert len(lists) > 10


@pytest.mark.parametrize("role", [Role.AUDITOR, *OUTSIDE], ids=lambda role: str(role or "nobody"))
def test_what_somebody_answered_in_a_survey_is_nowhere_for_who_neither_asked_nor_reviews(
    here: World, role: Role | None
) -> None:
    version = FormVersion.objects.latest("pk")
    other = factories.dossier(here.house, "覃海")
    intake.receive(Delivery(answers(version=version.version, file_no=other.number, wish=WORDS)), by=here.house.mo)
    sheet = Submission.objects.latest("pk")
    told = told_to(here.client(role), asked_of(here, role, [WORDS, "覃海"]))
    marks = [WORDS, sheet.root_instance, f"/desk/surveys/answers/{sheet.pk}/"]
    assert [(path, mark) for path, text in told.items() for mark in marks if mark in text] == []

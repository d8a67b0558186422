"""Every named page, as every role that may open it: no barrier, nothing wider than the screen, no console error, no
request to another host; and what a phone fetches for a job."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import RequestFactory
from django.views.defaults import bad_request, server_error
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from gongqiao.config.demo import build, visit
from gongqiao.foundation.organisations.roles import Role
from tests import factories
from tests.factories import House
from tests.stories.browser import FIRST_VISIT_BYTES, STORY, Person
from tests.stories.conftest import Town

pytestmark = STORY
DESK = {"mo": Role.SPECIALIST, "zhou": Role.SOCIAL_WORKER, "liang": Role.MANAGER, "shen": Role.AUDITOR}
OFFICE = 1280  # px: the narrowest screen that stands on a desk
LANGUAGES = ("zh-hans", "en")
EDITIONS = {"plain": 44, "elder": 60}  # and the least height of a target in px
# A link inside a sentence is exempt (WCAG 2.5.8); a box to tick is measured by its label elsewhere.
TARGETS_BELOW = """least => [...document.querySelectorAll('button, summary, select, input, .btn, .tabs a')]
  .filter(e => e.offsetParent && e.type !== 'hidden' && !e.matches('[type=radio], [type=checkbox], .skip'))
  .filter(e => Math.round(e.getBoundingClientRect().height) < least).map(e => e.outerHTML.slice(0, 80))"""


def screens(person: Person, role: Role | None, known: set[str] | None = None) -> list[tuple[str, str]]:
    """The pages of a role nobody opened before: what takes only a POST has none, and a file is no page."""
    found, known = [], set() if known is None else known
    for name, path in visit.pages(role, visit.samples()):
        if name in known:
            continue
        known.add(name)
        answer = person.context.request.get(person.base + path)
        if answer.status != visit.METHOD_NOT_ALLOWED and answer.headers.get("content-type", "").startswith("text/html"):
            found.append((name, path))
    return found


def faults(person: Person, pages: list[tuple[str, str]], case: str) -> Iterator[str]:
    for name, path in pages:
        status = person.go(path)
        if status != 200:
            yield f"{name} {case}: answered {status}"
        yield from (f"{name} {case}: {barrier}" for barrier in person.barriers())
        if (much := person.sticks_out()) > 0:
            yield f"{name} {case}: {much} px wider than the screen"


def misfits(worker: Person) -> Iterator[str]:
    """Targets of 44 px, 60 in 长辈版; text alone 1.75 times as large, as a phone's own setting does it, on 320 px."""
    for name, path in screens(worker, Role.WORKER):
        for edition, least in EDITIONS.items():
            worker.reads(edition=edition).go(path)
            yield from (
                f"{name} {edition}: too low for a thumb: {e}" for e in worker.page.evaluate(TARGETS_BELOW, least)
            )
        for language in LANGUAGES:
            worker.reads(language=language).go(path)
            worker.page.evaluate("document.documentElement.style.setProperty('--fs', 18 * 1.75 + 'px')")
            if (much := worker.sticks_out()) > 0:
                yield f"{name} {language}: {much} px wider than the screen when text is larger"


def heavy(who: Person, pages: list[tuple[str, str]]) -> Iterator[str]:
    """A job page opened by scanning its code, with nothing on the phone yet."""
    (path,) = (path for name, path in pages if name == "worker:job")
    if (weight := who.weight(path)) > FIRST_VISIT_BYTES:
        yield f"{path}: {weight} bytes on a first visit"


def test_desk_pages_have_no_barrier_and_fit_the_office_screen(chromium: Browser, town: Town) -> None:
    found, known, seen, errors = [], set[str](), 0, []
    for username, role in DESK.items():
        person = town.staff(chromium, username, OFFICE)
        fresh = screens(person, role, known)
        seen += len(fresh)
        for language in LANGUAGES:
            found += list(faults(person.reads(language=language), fresh, language))
        errors += person.errors
    assert seen >= 50
    assert (found, errors) == ([], [])


def test_pages_in_the_hand_have_no_barrier_and_fit_a_small_phone_and_a_thumb(chromium: Browser, town: Town) -> None:
    found, errors = [], []
    visitors = {
        None: Person(chromium, town.url, 320),
        Role.WORKER: town.worker(chromium, town.asked),
        Role.EMPLOYER: town.staff(chromium, build.EMPLOYER_LOGIN, 320),
    }
    named = {role: screens(person, role) for role, person in visitors.items()}
    workers = {name for name, _path in named[Role.WORKER]}
    for role, person in visitors.items():
        pages = [page for page in named[role] if role != Role.EMPLOYER or page[0] not in workers]
        assert len(pages) >= 3
        for edition in EDITIONS:
            for language in LANGUAGES:
                person.reads(language=language, edition=edition)
                found += list(faults(person, pages, f"{language} {edition}"))
        errors += person.errors
    found += list(misfits(visitors[Role.WORKER]))
    found += [fault for role in (None, Role.WORKER) for fault in heavy(visitors[role], named[role])]
    assert (found, errors) == ([], [])


def test_a_page_that_says_no_says_what_to_do(chromium: Browser, live_server: LiveServer, shared_house: House) -> None:
    auditor = Person(chromium, live_server.url, 320).sign_in("shen", factories.PASSWORD)
    for path, status in {"/nothing/": 404, "/desk/register/": 403}.items():
        assert auditor.go(path) == status
        assert auditor.page.locator("main a.btn").count() >= 1
        assert (auditor.barriers(), auditor.sticks_out()) == ([], 0)


@pytest.mark.parametrize(("view", "status"), [(bad_request, 400), (server_error, 500)])
def test_faults_of_the_server_are_told_without_request_or_context(rf: RequestFactory, view: Any, status: int) -> None:
    answer = view(rf.get("/"), *([ValueError()] if view is bad_request else []))
    assert answer.status_code == status
    assert '<a class="btn" href="/">回首页</a>' in answer.content.decode()

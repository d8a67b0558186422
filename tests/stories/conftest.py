"""What the stories share: one browser, and a small market in the middle of its day."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from gongqiao.config.demo import build
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people import models as people
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.surveys.actions import fieldwork
from gongqiao.needs.surveys.models import Wave
from gongqiao.services.placement.actions import dispatch, offers
from gongqiao.services.placement.enums import Decline, State
from gongqiao.services.placement.models import Assignment
from gongqiao.services.placement.tick import tick
from tests.stories.browser import CHROMIUM, GUIDE, QUIET, Person

SMALL = build.Scale(people=400, employers=24, days=6, shifts_a_day=3, tomorrow=14, answers=12)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, "--disable-component-update"])


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where the pictures go: into the guide when GONGQIAO_PICTURES is set, else into a folder of the test."""
    return GUIDE if os.environ.get("GONGQIAO_PICTURES") else tmp_path


@dataclass(frozen=True)
class Town:
    """The demo market, small, after tomorrow was dispatched and some have answered; and where it is served."""

    url: str
    market: Market
    asked: str  # the phone of a worker who has been asked and has worked before
    free: str  # the phone of one who said no to one job and may be offered another

    def staff(self, browser: Browser, username: str, width: int = 1366) -> Person:
        return Person(browser, self.url, width, height=768).sign_in(username, build.PASSWORD)

    def worker(self, browser: Browser, phone: str, width: int = 320) -> Person:
        """Signed in as a worker does it: by phone and code."""
        person = Person(browser, self.url, width, height=844)
        person.go("/sign-in/")
        person.page.fill("input[name=phone]", phone)
        person.page.locator("form[action$='/code/'] button.btn").click()
        person.page.fill("input[name=code]", str(accounts.new_code(phone, address="story")))
        person.page.locator("main form button.btn").click()
        person.page.wait_for_load_state()
        return person


@dataclass
class Kept:
    """The town as it was first built, to be laid under each story that asks for it; no story sees what another did."""

    whole: sqlite3.Connection
    day: date | None = None
    facts: tuple[int, str, str] = (0, "", "")


@pytest.fixture(scope="session")
def kept() -> Iterator[Kept]:
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as whole:
        yield Kept(whole)


@pytest.fixture
def town(shared_db: None, live_server: LiveServer, kept: Kept) -> Town:
    """It takes many seconds to build, and is built once a day."""
    today = timezone.localdate()
    connection.ensure_connection()
    if connection.vendor != "sqlite":
        return Town(live_server.url, *_built(today))
    if kept.day == today:
        kept.whole.backup(connection.connection)
    else:
        market, asked, free = _built(today)
        connection.connection.backup(kept.whole)
        kept.day, kept.facts = today, (market.pk, asked, free)
    pk, asked, free = kept.facts
    return Town(live_server.url, Market.objects.get(pk=pk), asked, free)


def _built(today: date) -> tuple[Market, str, str]:
    """The market, and the phones of Town."""
    market = build.build(today, lambda line: None, SMALL)
    with scope(market=market):
        dispatch.run_day(today + timedelta(days=1), by=_post("mo"))
        asked = list(Assignment.objects.filter(state=State.OFFERED).select_related("person").order_by("pk"))
        for row in asked[::3]:
            offers.accept(row, by=_post("mo"))
        for row in asked[1::6]:
            offers.decline(row, Decline.BUSY, by=_post("mo"))
        worked = set(Assignment.objects.filter(state=State.DONE).values_list("person_id", flat=True))
        waiting = [row.person for row in asked[2::3] if row.person.phone]
        waiting.sort(key=lambda person: person.pk not in worked)
        freed = [row.person.phone for row in asked[1::6] if row.person.phone]
        _ask_to_fill(waiting[0])
    tick()
    return market, waiting[0].phone, freed[0]


def _ask_to_fill(person: people.Person) -> None:
    """A questionnaire on his own phone."""
    last = Wave.objects.select_related("campaign", "version__form").latest("number")
    wave = fieldwork.open_wave(last.campaign, last.version, last.opens_on, last.closes_on, by=_post("zhou"))
    fieldwork.assign(wave, dossiers=[Dossier.objects.get(person=person)], by=_post("zhou"))


def _post(username: str) -> Membership:
    post: Membership = Membership.objects.get(person__user__username=username)
    return post

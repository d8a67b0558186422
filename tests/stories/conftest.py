"""What the stories share: one browser, and a small market in the middle of its day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Browser, sync_playwright

from gongqiao.config.demo import build
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.services.placement.actions import dispatch, offers
from gongqiao.services.placement.enums import State
from gongqiao.services.placement.models import Assignment
from tests.stories.browser import CHROMIUM, QUIET, Person

SMALL = build.Scale(people=160, employers=24, days=6, shifts_a_day=3, tomorrow=14)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, "--disable-component-update"])


@dataclass(frozen=True)
class Town:
    """The demo market, small, after tomorrow was dispatched and some have answered."""

    market: Market
    phone: str  # of a worker who has been asked and has worked before

    def worker(self, person: Person) -> Person:
        """Signed in as a worker does it: by phone and code."""
        person.go("/sign-in/")
        person.page.fill("input[name=phone]", self.phone)
        person.page.locator("form[action$='/code/'] button.btn").click()
        person.page.fill("input[name=code]", str(accounts.new_code(self.phone, address="story")))
        person.page.locator("main form button.btn").click()
        person.page.wait_for_load_state()
        return person


@pytest.fixture
def town(shared_db: None) -> Town:
    today = timezone.localdate()
    market = build.build(today, lambda line: None, SMALL)
    with scope(market=market):
        dispatch.run_day(today + timedelta(days=1), by=_post("mo"))
        asked = list(Assignment.objects.filter(state=State.OFFERED).select_related("person").order_by("pk"))
        for row in asked[::3]:
            offers.accept(row, by=_post("mo"))
        worked = set(Assignment.objects.filter(state=State.DONE).values_list("person_id", flat=True))
        waiting = [row.person for row in asked[1::3] + asked[2::3] if row.person.phone]
        chosen = sorted(waiting, key=lambda person: person.pk not in worked)[0]
        return Town(market, chosen.phone)


def _post(username: str) -> Membership:
    post: Membership = Membership.objects.get(person__user__username=username)
    return post

"""The desk goes on when the server is gone: a real web process, killed and started again under a real browser."""

import os
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django_scopes import scope, scopes_disabled
from playwright.sync_api import Browser, Page, expect

from gongqiao.channels.offline.enums import State
from gongqiao.channels.offline.models import Entry
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.backup import places
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Facts, Identity
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement.models import QueueTicket
from tests import factories
from tests.kill import market
from tests.kill.server import WebServer
from tests.stories.browser import STORY, Person

pytestmark = STORY
SOON = 30_000  # milliseconds
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
KNOWN = ("韦建国", "陆大海", "欧阳春", "覃小妹", "莫大年")  # Y-1001 …
CALLED = ("建国", "大海", "春", "小妹", "大年")
ALL_KEPT = """async () => {
  const text = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? new TextDecoder().decode(value) : typeof value === "object" && value
    ? Object.entries(value).map(([name, each]) => name + "=" + text(each)).join(";") : String(value);
  let found = Object.entries(localStorage).flat().join(";");
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { indexedDB.open(name).onsuccess = (event) => done(event.target.result); });
    for (const store of db.objectStoreNames) {
      const rows = await new Promise((done) => {
        db.transaction(store).objectStore(store).getAll().onsuccess = (event) => done(event.target.result);
      });
      found += rows.map(text).join("\\n");
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found += request.url + await (await cache.match(request)).text();
  }
  return found;
}"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[places.Place]:
    """A market on file with five known people, which this process and the web process both open."""
    with django_db_blocker.unblock():
        made = market.build(tmp_path_factory.mktemp("offline") / "home")
        with places.standing_at(made), scope(market=_yufeng()):
            zhou = Membership.objects.get(person__user__username="zhou")
            for name in KNOWN:
                dossiers.register(Identity(name), Facts(), by=zhou)
        yield made


def _yufeng() -> Market:
    return Market.objects.get(code="yufeng")


@pytest.fixture(scope="module")
def running(place: places.Place) -> Iterator[WebServer]:
    server = WebServer(place.home)
    yield server
    if server.process is not None:
        server.kill()


@pytest.fixture
def server(running: WebServer) -> WebServer:
    """Up, whatever the test before did to it."""
    if running.process is None:
        begin(running)
    return running


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return GUIDE if os.environ.get("GONGQIAO_PICTURES") else tmp_path


def begin(server: WebServer) -> None:
    server.start()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/sign-in/", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(server.log.read_text())


def at_desk(browser: Browser, url: str, username: str = "zhou") -> Person:
    """Signed in, and the PC has taken its list along."""
    person = Person(browser, url, height=768).sign_in(username, factories.PASSWORD)
    ready(person.page)
    return person


def url_of(server: WebServer) -> str:
    return f"http://127.0.0.1:{server.port}"


def ready(page: Page) -> None:
    """The service worker answers for the desk, and the page that stays lies beside it."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    expect(page.locator("#desk-offline[data-ready]")).to_be_attached(timeout=SOON)


def registers(page: Page, name: str, *, came: bool = False) -> None:
    form = page.locator("form[data-entry=register]")
    form.locator("[name=name]").fill(name)
    if came:
        form.locator("[data-came]").check()
    form.get_by_role("button", name="记在这台电脑上").click()
    expect(form.locator("[name=name]")).to_have_value("", timeout=SOON)
    form.locator("[data-came]").uncheck()


def checks_in(page: Page, typed: str) -> None:
    """By the list that the PC keeps."""
    page.get_by_label("找人").fill(typed)
    row = page.locator("[data-found] tr")
    expect(row).to_have_count(1, timeout=SOON)
    row.get_by_role("button", name="报到").click()
    expect(page.get_by_label("找人")).to_have_value("", timeout=SOON)


def checks_in_by_number(page: Page, number: str, name: str) -> None:
    form = page.locator("form[data-entry=check_in]")
    form.get_by_label("档案号").fill(number)
    form.get_by_label("名字").fill(name)
    form.get_by_role("button", name="报到").click()
    expect(form.get_by_label("档案号")).to_have_value("", timeout=SOON)


def waits(page: Page, number: int) -> None:
    expect(page.locator("[data-entries] > li")).to_have_count(number, timeout=SOON)


def entries_of(place: places.Place, *names: str) -> list[tuple[str, str]]:
    """What arrived of these people, in the order of arriving: what, and whose."""
    with places.standing_at(place), scopes_disabled():
        rows = Entry.objects.filter(dossier__person__name__in=names).order_by("arrived_at", "made_at", "pk")
        return sorted((row.kind, row.dossier.person.name) for row in rows)


def files_of(place: places.Place, name: str) -> int:
    with places.standing_at(place), scopes_disabled():
        return Dossier.objects.filter(person__name=name).count()


def offline_events(place: places.Place) -> Counter[str]:
    with places.standing_at(place):
        return Counter(AuditEvent.objects.filter(channel="offline desk").values_list("action", flat=True))


def quiet(person: Person) -> list[str]:
    """Console errors but those of a network that is down."""
    return [error for error in person.errors if "ERR_" not in error and "50" not in error]


def test_three_registered_and_five_checked_in_without_a_server_arrive_once_each(
    chromium: Browser, server: WebServer, place: places.Place, pictures: Path
) -> None:
    zhou = at_desk(chromium, url_of(server))
    server.kill()
    zhou.go("/desk/dossiers/")
    expect(zhou.page.get_by_text("没网了，还能登记和报到")).to_be_visible(timeout=SOON)
    assert zhou.sees("您要的那一页没有留在这台电脑上")
    zhou.go("/desk/")
    expect(zhou.page.get_by_text("今天没有人要上工")).to_be_visible(timeout=SOON)  # the list of today, as it was
    registers(zhou.page, "黄一")
    registers(zhou.page, "黄二")
    registers(zhou.page, "黄三", came=True)
    for typed in ("建国", "1002"):
        checks_in(zhou.page, typed)
    for number, name in (("Y-1003", "欧阳春"), ("1004", "小妹")):
        checks_in_by_number(zhou.page, number, name)
    waits(zhou.page, 8)
    zhou.page.get_by_label("找人").fill("大年")
    zhou.page.screenshot(path=str(pictures / "offline-desk.png"))
    assert zhou.barriers() == []
    assert zhou.sticks_out() <= 0
    zhou.page.close()
    again = zhou.context.new_page()
    again.goto(zhou.base + "/desk/")
    waits(again, 8)
    expect(again.locator("[data-entries] > li").nth(2)).to_contain_text("黄三")
    begin(server)
    waits(again, 0)
    names = ("黄一", "黄二", "黄三", *KNOWN)
    assert entries_of(place, *names) == sorted(
        [("register", "黄一"), ("register", "黄二"), ("register", "黄三"), ("check_in", "黄三")]
        + [("check_in", name) for name in KNOWN[:4]]
    )
    assert [files_of(place, name) for name in names[:3]] == [1, 1, 1]
    again.reload()
    expect(again.locator("[data-says=sent]")).to_be_visible(timeout=SOON)
    events = offline_events(place)
    assert (events["dossier.registered"], events["queue.checked_in"], events["offline.arrived"]) == (3, 5, 8)
    with places.standing_at(place), scopes_disabled():
        assert QueueTicket.objects.count() == 5
        rows = Entry.objects.filter(online=False)
        assert {row.state for row in rows} == {State.DONE}
        assert all(row.made_at < row.arrived_at and row.clock_off_s == 0 for row in rows)
    again.goto(zhou.base + "/desk/offline/arrived/")
    assert again.locator("tbody tr[data-row]").count() == 8
    zhou.context.close()

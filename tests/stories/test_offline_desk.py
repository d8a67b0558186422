"""The desk goes on when the server is gone: a real web process, killed and started again under a real browser."""

import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django_scopes import scope, scopes_disabled
from playwright.sync_api import Browser, Page, expect

from gongqiao.channels.offline.enums import State
from gongqiao.channels.offline.models import DeskKey, Entry
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.backup import places
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers import cards
from gongqiao.needs.dossiers.actions import Facts, Identity
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement.models import QueueTicket
from tests import factories
from tests.kill import market
from tests.kill.server import WebServer
from tests.stories.browser import STORY, Person, with_profile
from tests.stories.line import Line, line_to

pytestmark = STORY
SOON = 30_000  # milliseconds
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
    """What arrived of these people: what, and whose."""
    with places.standing_at(place), scopes_disabled():
        rows = Entry.objects.filter(dossier__person__name__in=names)
        return sorted(rows.values_list("kind", "dossier__person__name"))


def files_of(place: places.Place, name: str) -> int:
    with places.standing_at(place), scopes_disabled():
        return int(Dossier.objects.filter(person__name=name).count())


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
    zhou.keep("offline-desk", pictures)
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


@contextmanager
def dies_before_answering(server: WebServer, line: Line, path: str) -> Iterator[None]:
    """kill -9 at the moment when the answer to a POST of `path` begins to come: it is done, and nobody was told."""
    fallen: list[bytes] = []

    def blow(request: bytes) -> bool:
        if not request.startswith(f"POST {path} ".encode()):
            return True
        fallen.append(request)
        server.kill()
        return False

    line.before_answer = blow
    yield
    line.before_answer = lambda request: True
    assert len(fallen) == 1


def test_killed_between_writing_and_answering_it_is_still_one(
    chromium: Browser, server: WebServer, place: places.Place
) -> None:
    with line_to(url_of(server)) as line:
        zhou = at_desk(chromium, line.url)
        zhou.go("/desk/offline/")
        with dies_before_answering(server, line, "/desk/offline/send/"):
            registers(zhou.page, "蒙半截")
            expect(zhou.page.get_by_text("没网了，还能登记和报到")).to_be_visible(timeout=SOON)
            assert files_of(place, "蒙半截") == 1  # done, and the desk does not know
        waits(zhou.page, 1)
        begin(server)
        waits(zhou.page, 0)
        assert (files_of(place, "蒙半截"), entries_of(place, "蒙半截")) == (1, [("register", "蒙半截")])
        zhou.context.close()


def test_the_ordinary_page_whose_answer_is_lost_goes_on_from_the_drawer(
    chromium: Browser, server: WebServer, place: places.Place
) -> None:
    with line_to(url_of(server)) as line:
        zhou = at_desk(chromium, line.url)
        zhou.go("/desk/register/")
        zhou.page.get_by_label("姓名").fill("蒙平常")
        with dies_before_answering(server, line, "/desk/register/"):
            zhou.page.get_by_role("button", name="保存").click()
            zhou.page.wait_for_url("**/desk/offline/?kept=*", timeout=SOON)
            waits(zhou.page, 1)
            assert files_of(place, "蒙平常") == 1
        begin(server)
        waits(zhou.page, 0)
        assert files_of(place, "蒙平常") == 1
        with places.standing_at(place), scopes_disabled():
            entry = Entry.objects.get(dossier__person__name="蒙平常")
            assert (entry.online, entry.state) == (True, State.DONE)
        zhou.context.close()


def test_a_card_scanned_at_the_arrivals_without_a_network_is_a_check_in_like_any_other(
    chromium: Browser, server: WebServer, place: places.Place
) -> None:
    with places.standing_at(place), scope(market=_yufeng()):
        writer = Membership.objects.get(person__user__username="zhou")
        dossiers.register(Identity("蒙扫卡"), Facts(), by=writer)
        code = cards.card_code(Dossier.objects.select_related("market").get(person__name="蒙扫卡"))
    zhou = at_desk(chromium, url_of(server))
    zhou.go("/desk/arrivals/")
    ready(zhou.page)
    server.kill()
    zhou.page.get_by_label("扫零工卡").fill(code)
    zhou.page.keyboard.press("Enter")  # as the scanner ends
    zhou.page.wait_for_url("**/desk/offline/?kept=*", timeout=SOON)
    waits(zhou.page, 1)
    expect(zhou.page.locator("[data-entries] > li")).to_contain_text(code)
    begin(server)
    waits(zhou.page, 0)
    assert entries_of(place, "蒙扫卡") == [("check_in", "蒙扫卡")]
    assert quiet(zhou) == []
    zhou.context.close()


def test_two_tabs_and_a_server_that_comes_back_send_each_once(
    chromium: Browser, server: WebServer, place: places.Place
) -> None:
    zhou = at_desk(chromium, url_of(server))
    zhou.go("/desk/offline/")
    other = zhou.context.new_page()
    other.goto(zhou.base + "/desk/offline/")
    ready(other)
    server.kill()
    for index in range(3):
        registers(zhou.page, f"蓝甲{index}")
        registers(other, f"蓝乙{index}")
    waits(zhou.page, 6)
    waits(other, 6)
    begin(server)
    for page in (zhou.page, other):
        page.evaluate("void self.deskLine.look()")
    waits(zhou.page, 0)
    waits(other, 0)
    names = [f"蓝{tab}{index}" for tab in "甲乙" for index in range(3)]
    assert entries_of(place, *names) == sorted(("register", name) for name in names)
    zhou.context.close()


def test_signed_out_nothing_is_readable_and_only_the_same_person_sends(
    chromium: Browser, server: WebServer, place: places.Place
) -> None:
    zhou = at_desk(chromium, url_of(server))
    zhou.go("/desk/offline/")
    server.kill()
    registers(zhou.page, "罗不见")
    waits(zhou.page, 1)
    zhou.page.get_by_label("找人").fill("建国")
    expect(zhou.page.locator("[data-found] tr")).to_have_count(1)  # the page can read it
    clear = (*KNOWN, *CALLED[:2], "罗不见")
    kept = zhou.page.evaluate(ALL_KEPT)
    assert [name for name in clear if name in kept] == []
    begin(server)
    other = at_desk_of_another(zhou, place)
    expect(other.locator("[data-says=others]")).to_be_visible(timeout=SOON)
    expect(other.locator("[data-says=others]")).to_contain_text("周社工")
    assert files_of(place, "罗不见") == 0
    assert [name for name in clear if name in other.evaluate(ALL_KEPT)] == []
    other.goto(zhou.base + "/desk/offline/")
    waits(other, 1)
    assert "罗不见" not in other.content()
    other.context.clear_cookies()
    again = zhou.context.new_page()
    sign_in(again, zhou.base, "zhou")
    expect(again.locator("[data-says=sent]")).to_be_visible(timeout=SOON)
    assert entries_of(place, "罗不见") == [("register", "罗不见")]
    zhou.context.close()


def sign_in(page: Page, base: str, username: str) -> None:
    page.goto(base + "/sign-in/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", factories.PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state()
    ready(page)


def at_desk_of_another(zhou: Person, place: places.Place) -> Page:
    """Her session is over before anything was sent; 莫专员 sits down at the same PC."""
    with places.standing_at(place):
        Session.objects.all().delete()
    zhou.page.close()
    page = zhou.context.new_page()
    sign_in(page, zhou.base, "mo")
    return page


def test_a_session_that_ended_meanwhile_asks_to_sign_in_and_goes_on(
    chromium: Browser, server: WebServer, place: places.Place
) -> None:
    zhou = at_desk(chromium, url_of(server))
    zhou.go("/desk/offline/")
    server.kill()
    registers(zhou.page, "石过期")
    with places.standing_at(place):
        Session.objects.all().delete()
    begin(server)
    expect(zhou.page.locator("[data-says=signed-out]")).to_be_visible(timeout=SOON)
    waits(zhou.page, 1)
    assert files_of(place, "石过期") == 0
    zhou.page.locator("[data-says=signed-out] a").click()
    zhou.page.wait_for_url("**/sign-in/**", timeout=SOON)
    zhou.sign_in("zhou", factories.PASSWORD)
    expect(zhou.page.locator("[data-says=sent]")).to_be_visible(timeout=SOON)
    assert entries_of(place, "石过期") == [("register", "石过期")]
    zhou.context.close()


def test_signing_out_warns_wipes_and_without_a_network_reaches_the_server_later(
    chromium: Browser, server: WebServer, place: places.Place
) -> None:
    zhou = at_desk(chromium, url_of(server))
    zhou.go("/desk/offline/")
    server.kill()
    registers(zhou.page, "石退出")
    zhou.page.get_by_role("button", name="退出").click()
    expect(zhou.page.locator("[data-says=leaving]")).to_be_visible(timeout=SOON)
    zhou.page.get_by_role("button", name="退出").click()
    expect(zhou.page.get_by_role("heading", name="已经退出")).to_be_visible(timeout=SOON)
    assert [cookie["name"] for cookie in zhou.context.cookies() if cookie["name"] == "desk_key"] == []
    begin(server)
    zhou.go("/desk/")
    zhou.page.wait_for_url("**/sign-in/**", timeout=SOON)  # the server heard of it before she saw a page
    kept = zhou.page.evaluate(ALL_KEPT)
    assert [name for name in (*KNOWN, "石退出") if name in kept] == []
    zhou.sign_in("zhou", factories.PASSWORD)
    expect(zhou.page.locator("[data-says=sent]")).to_be_visible(timeout=SOON)
    assert entries_of(place, "石退出") == [("register", "石退出")]
    zhou.context.close()


def test_somebody_who_has_a_file_is_shown_with_the_choices_and_his_check_in_follows(
    chromium: Browser, server: WebServer, place: places.Place, pictures: Path
) -> None:
    zhou = at_desk(chromium, url_of(server))
    zhou.go("/desk/offline/")
    server.kill()
    registers(zhou.page, "莫大年", came=True)
    begin(server)
    waits(zhou.page, 0)
    zhou.page.locator("[data-says=look] a").click()
    waiting = zhou.page.locator("tbody tr[data-row]", has_text="要看一看")
    expect(waiting).to_have_count(2)
    waiting.filter(has_text="已有档案").get_by_role("link", name="登记").click()
    expect(zhou.page.get_by_role("heading", name="已有档案，是不是他")).to_be_visible()
    assert (zhou.barriers(), zhou.sticks_out()) == ([], 0)
    zhou.page.set_viewport_size({"width": 1366, "height": 768})
    zhou.keep("offline-conflict", pictures)
    zhou.page.get_by_role("button", name="就是他").click()
    zhou.page.wait_for_url("**/desk/dossiers/*/")
    assert files_of(place, "莫大年") == 1
    assert entries_of(place, "莫大年") == [("check_in", "莫大年"), ("register", "莫大年")]
    zhou.go("/desk/offline/arrived/")
    assert zhou.page.get_by_text("要看一看", exact=True).count() == 0
    assert quiet(zhou) == []
    zhou.context.close()


def test_a_thief_of_the_pc_reads_no_name_in_the_profile_of_the_browser(
    chromium: Browser, server: WebServer, tmp_path: Path
) -> None:
    """The whole profile on the disk, the browser closed: pages, list, draft, what waits, the key."""
    profile = tmp_path / "profile"
    context = with_profile(chromium, profile)
    page = context.pages[0]
    sign_in(page, url_of(server), "zhou")
    page.goto(url_of(server) + "/desk/dossiers/")
    assert page.get_by_text("韦建国").is_visible()
    page.goto(url_of(server) + "/desk/register/")
    page.get_by_label("姓名").fill("侬草稿")
    time.sleep(1.2)  # the draft is laid away after a pause in the typing
    secret = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "desk_key").split(".")[1]
    server.kill()
    page.goto(url_of(server) + "/desk/offline/")
    registers(page, "侬登记")
    waits(page, 1)
    context.close()
    words = ("韦建国", "建国", "侬草稿", "侬登记", secret)
    found = set()
    for path in profile.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        found |= {(w, path.name) for w in words for code in ("utf-8", "utf-16-le") if w.encode(code) in content}
    assert found == set()


def test_after_the_browser_was_closed_the_list_is_locked_and_entries_still_go(
    chromium: Browser, server: WebServer, place: places.Place, tmp_path: Path
) -> None:
    """A power cut at the office: the PC starts again, the server does not."""
    for life in range(2):
        context = with_profile(chromium, tmp_path / "profile")
        page = context.pages[0]
        if life == 0:
            sign_in(page, url_of(server), "zhou")
            page.goto(url_of(server) + "/desk/offline/")
            server.kill()
            registers(page, "甘断电")
        else:
            page.goto(url_of(server) + "/desk/")
            expect(page.get_by_text("浏览器关过，名单锁上了")).to_be_visible(timeout=SOON)
            waits(page, 1)
            assert "甘断电" not in page.content()
            registers(page, "甘来电")
            checks_in_by_number(page, "1001", "建国")
            begin(server)
            waits(page, 0)
        context.close()
    assert entries_of(place, "甘断电", "甘来电") == [("register", "甘断电"), ("register", "甘来电")]


def test_what_is_being_typed_is_offered_again_and_gone_once_it_is_registered(
    chromium: Browser, server: WebServer, place: places.Place
) -> None:
    zhou = at_desk(chromium, url_of(server))
    zhou.go("/desk/register/")
    zhou.page.get_by_label("姓名").fill("滕草稿")
    zhou.page.get_by_label("备注").fill("写到一半")
    time.sleep(1.2)  # it is laid away after a pause in the typing
    server.kill()
    zhou.go("/desk/register/")
    zhou.page.locator("[data-drafted]").get_by_role("button", name="接着写").click()
    expect(zhou.page.locator("form[data-entry=register] [name=note]")).to_have_value("写到一半")
    begin(server)
    zhou.go("/desk/register/")
    zhou.page.locator("[data-drafted]").get_by_role("button", name="接着写").click()
    expect(zhou.page.get_by_label("姓名")).to_have_value("滕草稿")
    zhou.page.get_by_role("button", name="保存").click()
    zhou.page.wait_for_url("**/desk/dossiers/*/")
    assert files_of(place, "滕草稿") == 1
    ready(zhou.page)
    zhou.go("/desk/register/")
    ready(zhou.page)
    assert not zhou.page.locator("[data-drafted]").is_visible()
    assert quiet(zhou) == []
    zhou.context.close()


def test_what_the_server_will_not_take_stays_says_why_and_is_thrown_away_with_a_reason(
    chromium: Browser, server: WebServer, place: places.Place
) -> None:
    zhou = at_desk(chromium, url_of(server))
    zhou.go("/desk/offline/")
    server.kill()
    registers(zhou.page, "农作废")
    waits(zhou.page, 1)
    with places.standing_at(place), scopes_disabled():
        DeskKey.objects.filter(by__person__user__username="zhou").delete()
    begin(server)
    entry = zhou.page.locator("[data-entries] > li")
    expect(entry).to_contain_text("封这一条的钥匙已经没有了", timeout=SOON)
    expect(entry).to_contain_text("农作废")  # still readable here, and on paper
    zhou.page.emulate_media(media="print")
    assert zhou.page.locator("form:visible").count() == 0
    expect(entry).to_be_visible()
    zhou.page.emulate_media(media="screen")
    entry.get_by_role("button", name="不要了").click()
    entry.get_by_label("为什么不要了").fill("抄在纸上重新登记了")
    entry.get_by_role("button", name="扔掉").click()
    waits(zhou.page, 0)
    with places.standing_at(place), scopes_disabled():
        dropped = Entry.objects.get(state=State.DROPPED)
        assert (dropped.why, dropped.by.title, dropped.body) == ("抄在纸上重新登记了", "周社工", "")
    assert files_of(place, "农作废") == 0
    zhou.context.close()


def test_without_a_network_in_english_at_1366_nothing_is_in_the_way(chromium: Browser, server: WebServer) -> None:
    person = Person(chromium, url_of(server), height=768).reads(language="en")
    zhou = person.sign_in("zhou", factories.PASSWORD)
    ready(zhou.page)
    server.kill()
    zhou.go("/desk/offline/")
    expect(zhou.page.get_by_text("No network. Registering and checking in still work.")).to_be_visible(timeout=SOON)
    zhou.page.locator("form[data-entry=register] [name=name]").fill("Wei")
    zhou.page.get_by_role("button", name="Keep it on this PC").click()
    waits(zhou.page, 1)
    assert (zhou.barriers(), zhou.sticks_out()) == ([], 0)
    assert quiet(zhou) == []
    zhou.context.close()


def test_where_the_browser_cannot_the_page_says_so_and_keeps_nothing(chromium: Browser, server: WebServer) -> None:
    """As over plain http in a LAN, where there are no service workers."""
    zhou = Person(chromium, url_of(server), height=768, service_workers="block")
    zhou.context.add_init_script("Object.defineProperty(self, 'isSecureContext', { value: false })")
    zhou.sign_in("zhou", factories.PASSWORD)
    zhou.go("/desk/offline/")
    expect(zhou.page.get_by_text("这台电脑没网时不能接着用")).to_be_visible(timeout=SOON)
    assert zhou.page.locator("[data-offline-page] form:visible").count() == 0
    assert zhou.page.evaluate("indexedDB.databases().then((found) => found.length)") == 0
    assert [cookie["name"] for cookie in zhou.context.cookies() if cookie["name"] == "desk_key"] == []
    zhou.context.close()

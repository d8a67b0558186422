"""Papers in a real browser: the card, the slip and the sheets as they come out of the printer; tools at the desk."""

import re
from pathlib import Path

from django_scopes import scope
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from gongqiao.services.slips.models import Slip
from tests import factories
from tests.factories import House
from tests.stories.browser import STORY, Person
from tests.stories.conftest import Town

pytestmark = STORY
A4, A4_ACROSS, A5 = (210, 297), (297, 210), (210, 148)  # mm; the card lies across


PRINTER = "window.asked = 0; window.print = () => { window.asked += 1 }"


def before_a_printer(person: Person) -> Person:
    """Asked to print, the browser here would print into nothing, and refuse to be asked twice at once."""
    person.context.add_init_script(PRINTER)
    return person


def printed(person: Person, folder: Path, name: str) -> list[tuple[int, int]]:
    """The page asked for it, once. Width and height in mm of each page of its PDF, which stands in the folder."""
    assert person.page.evaluate("window.asked") == 1, name
    person.page.pdf(path=str(folder / f"{name}.pdf"), prefer_css_page_size=True, print_background=True)
    found = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", (folder / f"{name}.pdf").read_bytes())
    return [(round(float(width) * 25.4 / 72), round(float(height) * 25.4 / 72)) for width, height in found]


def test_a_card_is_one_page_with_its_code_and_nothing_of_the_screen(
    chromium: Browser, live_server: LiveServer, shared_house: House, pictures: Path, tmp_path: Path
) -> None:
    wei = factories.dossier(shared_house, "韦建国", phone="15400001234")
    zhou = before_a_printer(Person(chromium, live_server.url).sign_in("zhou", factories.PASSWORD))
    zhou.go(f"/desk/dossiers/{wei.pk}/")
    zhou.page.get_by_role("link", name="零工卡").click()
    zhou.page.get_by_role("button", name="打印这张卡").click()
    zhou.page.wait_for_load_state()
    assert (zhou.barriers(), zhou.sticks_out(), zhou.errors) == ([], 0, [])
    assert printed(zhou, tmp_path, "card") == [A5]
    zhou.page.emulate_media(media="print")
    assert zhou.page.locator("button:visible, header.bar:visible").count() == 0
    zhou.page.emulate_media(media="screen")
    zhou.page.locator(".card-sheet").screenshot(path=str(pictures / "card.png"))


def test_slips_and_sheets_of_an_employers_day_and_the_tools(
    chromium: Browser, town: Town, pictures: Path, tmp_path: Path
) -> None:
    mo = before_a_printer(town.staff(chromium, "mo"))
    mo.go("/desk/slips/")
    mo.keep("slips", pictures)
    people = mo.page.locator("tbody tr[data-row]").first.locator("td").nth(1).inner_text().count("、") + 1
    for button, name in (("介绍信", "letters"), ("当天名单", "sheet"), ("用工单", "order")):
        mo.go("/desk/slips/")
        mo.page.get_by_role("button", name=button).first.click()
        mo.page.wait_for_load_state()
        assert (mo.barriers(), mo.sticks_out()) == ([], 0), name
        pages = printed(mo, tmp_path, name)
        assert set(pages) == {A4}
        assert len(pages) == people if name == "letters" else len(pages) >= 1
        mo.page.locator(".sheet").first.screenshot(path=str(pictures / f"slip-{name}.png"))
    with scope(market=town.market):
        slip = Slip.objects.select_related("market").order_by("pk")[0]
    mo.go("/desk/slips/")
    mo.page.get_by_label("回执上的号").fill(slip.number)
    mo.page.keyboard.press("Enter")
    mo.page.wait_for_url(f"**/desk/slips/{slip.pk}/")
    assert mo.sees("照回执录")
    mo.page.set_viewport_size({"width": 1366, "height": 768})
    mo.go("/desk/lending/")
    assert mo.sees("不收押金，不扣证件。")
    mo.keep("lending", pictures)
    wei = Person(chromium, town.url, 390, height=844)
    wei.go("/m/yufeng/public/station/")
    wei.keep("station", pictures)
    assert mo.errors + wei.errors == []

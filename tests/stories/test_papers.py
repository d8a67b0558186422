"""Papers in a real browser: the card as it comes out of the printer."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests import factories
from tests.factories import House
from tests.stories.browser import STORY, Person

pytestmark = STORY
A4, A4_ACROSS, A5 = (210, 297), (297, 210), (210, 148)  # mm; the card lies across
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return GUIDE if os.environ.get("GONGQIAO_PICTURES") else tmp_path


def printed(person: Person, folder: Path, name: str) -> list[tuple[int, int]]:
    """Width and height in mm of each page of its PDF, which stands in the folder."""
    person.page.pdf(path=str(folder / f"{name}.pdf"), prefer_css_page_size=True, print_background=True)
    found = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", (folder / f"{name}.pdf").read_bytes())
    return [(round(float(width) * 25.4 / 72), round(float(height) * 25.4 / 72)) for width, height in found]


def test_a_card_is_one_page_with_its_code_and_nothing_of_the_screen(
    chromium: Browser, live_server: LiveServer, shared_house: House, pictures: Path, tmp_path: Path
) -> None:
    wei = factories.dossier(shared_house, "韦建国", phone="15400001234")
    zhou = Person(chromium, live_server.url).sign_in("zhou", factories.PASSWORD)
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

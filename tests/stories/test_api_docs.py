"""The API's page for people, in a browser: no barrier, no error, nothing wider than the screen, in both languages."""

import json

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.factories import House
from tests.stories.browser import AXE, STANDARD, STORY, Person

pytestmark = STORY
LONGEST = 8000  # px at 1366: what is folded is a line each


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_the_api_has_no_barrier(
    chromium: Browser, live_server: LiveServer, shared_house: House, lang: str
) -> None:
    """Too long to be shown whole, as the other pages are when axe looks at them."""
    reader = Person(chromium, live_server.url)
    assert reader.go(f"/api/v1/docs?lang={lang}") == 200
    assert reader.page.evaluate("document.documentElement.scrollHeight") < LONGEST
    reader.page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    reader.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = reader.page.evaluate(
        f"axe.run(document, {{runOnly: {json.dumps(STANDARD)}, resultTypes: ['violations']}})"
        ".then(r => r.violations.map(v => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 80)]))"
    )
    wide = reader.sticks_out()
    reader.page.set_viewport_size({"width": 320, "height": 800})
    assert (found, reader.errors, wide, reader.sticks_out()) == ([], [], 0, 0)


def test_a_link_unfolds_the_shape_it_names_without_a_script(
    chromium: Browser, live_server: LiveServer, shared_house: House
) -> None:
    reader = Person(chromium, live_server.url, java_script_enabled=False)
    reader.go("/api/v1/docs")
    shape = reader.page.locator("#schema-Problem")
    assert not shape.is_visible()
    reader.page.locator("summary", has_text="/shifts").first.click()
    reader.page.locator("a[href='#schema-Problem']:visible").first.click()
    shape.wait_for()
    assert reader.errors == []

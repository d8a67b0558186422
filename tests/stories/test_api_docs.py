"""The API's page for people, in a browser: no barrier, no error, nothing wider than the screen, in both languages."""

import json

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.factories import House
from tests.stories.browser import AXE, STANDARD, STORY, Person

pytestmark = STORY


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_the_api_has_no_barrier(
    chromium: Browser, live_server: LiveServer, shared_house: House, lang: str
) -> None:
    """Too long to be shown whole, as the other pages are when axe looks at them."""
    reader = Person(chromium, live_server.url)
    assert reader.go(f"/api/v1/docs?lang={lang}") == 200
    reader.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = reader.page.evaluate(
        f"axe.run(document, {{runOnly: {json.dumps(STANDARD)}, resultTypes: ['violations']}})"
        ".then(r => r.violations.map(v => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 80)]))"
    )
    wide = reader.sticks_out()
    reader.page.set_viewport_size({"width": 320, "height": 800})
    assert (found, reader.errors, wide, reader.sticks_out()) == ([], [], 0, 0)

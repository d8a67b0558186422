"""Somebody at a screen: a browser context of his own, whose console errors are kept."""

import gzip
import json
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
STORY = [
    pytest.mark.story,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
MOST_BYTES = 200_000  # of a picture in the guide
FIRST_VISIT_BYTES = 60 * 1024  # of a job page with all it fetches, gzipped
OUTSIDE = "asked of another host: "
AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def with_profile(browser: Browser, folder: Path, width: int = 1366, height: int = 768) -> BrowserContext:
    """A browser with its profile on the disk: closed and opened again it is the machine that was started again."""
    return browser.browser_type.launch_persistent_context(
        str(folder), executable_path=CHROMIUM, args=QUIET, viewport={"width": width, "height": height}
    )


class Person:
    """Somebody at a screen; any console error fails the story, and any request to another host."""

    def __init__(self, browser: Browser, base: str, width: int = 1366, *, height: int = 800, **kind: Any) -> None:
        self.base = base
        self.context: BrowserContext = browser.new_context(viewport={"width": width, "height": height}, **kind)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.context.on("request", self._note_where_to)

    def _note_where_to(self, asked: Request) -> None:
        if not asked.url.startswith((f"{self.base}/", "data:", "blob:")):
            self.errors.append(OUTSIDE + asked.url)

    def sign_in(self, username: str, password: str) -> "Person":
        self.go("/sign-in/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_load_state()
        return self

    def reads(self, *, language: str = "zh-hans", edition: str = "plain") -> "Person":
        """As the two buttons at the top would leave it."""
        cookies = {"django_language": language, "edition": edition}
        self.context.add_cookies([{"name": name, "value": value, "url": self.base} for name, value in cookies.items()])
        return self

    def go(self, path: str) -> int:
        answer = self.page.goto(self.base + path)
        assert answer is not None
        return answer.status

    def sees(self, text: str) -> bool:
        return self.page.get_by_text(text).first.is_visible()

    def barriers(self) -> list[str]:
        """What axe-core finds wrong here for people who see, hear or move otherwise: rule, help, where."""
        self._show_the_whole_page()
        self.page.evaluate(_axe())
        found = self.page.evaluate(
            "axe.run(document, {runOnly: " + json.dumps(STANDARD) + ", resultTypes: ['violations']})"
            ".then(r => r.violations.map(v => [v.id, v.help, v.nodes.map(n => n.target.join(' ')).slice(0, 3)]))"
        )
        return [f"{rule}: {help_} at {'; '.join(where)}" for rule, help_, where in found]

    def _show_the_whole_page(self) -> None:
        """A screen as long as the page: else what the tabs at its foot happen to cover counts as too small."""
        width = (self.page.viewport_size or {"width": 1366})["width"]
        tall = int(self.page.evaluate("document.documentElement.scrollHeight"))
        self.page.set_viewport_size({"width": width, "height": max(600, tall)})

    def sticks_out(self) -> int:
        """By how many pixels the page is wider than the screen."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    def weight(self, path: str) -> int:
        """Bytes of a page and of all it fetches when nothing of it is kept from before, each gzipped."""
        assert self.context.browser is not None
        afresh = self.context.browser.new_context(storage_state=self.context.storage_state())
        page, came = afresh.new_page(), list[Response]()
        page.on("response", lambda answer: came.append(answer))
        page.goto(self.base + path)
        total = sum(len(gzip.compress(each.body(), 6)) for each in came)
        afresh.close()
        return total

    def keep(self, name: str, folder: Path) -> None:
        """A picture of what he sees, for the guide and small enough for it."""
        picture = folder / f"{name}.png"
        self.page.screenshot(path=str(picture))
        assert picture.stat().st_size <= MOST_BYTES, name

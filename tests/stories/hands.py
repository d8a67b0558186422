"""Two ways of using a page: with the keyboard alone, and in a browser without JavaScript."""

from typing import Protocol

from playwright.sync_api import Locator, Page

MOST_STEPS = 400  # of the Tab key
HAS_THE_KEYS = "e => e === document.activeElement"
# Where the keys are must be seen: an outline or a shadow, of its own or of the label around it.
SEEN = """e => [e, e.closest('label')].some(part => part && (
  (getComputedStyle(part).outlineStyle !== 'none' && parseFloat(getComputedStyle(part).outlineWidth) >= 2)
  || getComputedStyle(part).boxShadow !== 'none'))"""


class Hands(Protocol):
    """What somebody does to a page."""

    def press(self, target: Locator) -> None: ...
    def write(self, target: Locator, text: str) -> None: ...
    def tick(self, target: Locator) -> None: ...
    def choose(self, target: Locator, value: str) -> None: ...


class Mouse:
    """Points and clicks; for a browser without JavaScript."""

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def tick(self, target: Locator) -> None:
        target.check()

    def choose(self, target: Locator, value: str) -> None:
        target.select_option(value)


class Keyboard:
    """Tab, Enter, Space, the arrows; each time the place that has the keys is to be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unseen: list[str] = []

    def press(self, target: Locator) -> None:
        """A link, a button, the line that unfolds something."""
        self._come_to(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self._come_to(target)
        self.page.keyboard.type(text)

    def tick(self, target: Locator) -> None:
        """Space for a box; for one of several, Tab to them and the arrows among them."""
        if target.get_attribute("type") != "radio":
            self._come_to(target)
            self.page.keyboard.press("Space")
            return
        name = target.get_attribute("name")
        self._tab(target, f"e => document.activeElement.name === {name!r}")
        for _step in range(MOST_STEPS):
            if target.evaluate(HAS_THE_KEYS):
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not come to {target}")

    def choose(self, target: Locator, value: str) -> None:
        self._come_to(target)
        for _step in range(MOST_STEPS):
            if target.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not come to {value}")

    def _come_to(self, target: Locator) -> None:
        self._tab(target, HAS_THE_KEYS)
        if not target.evaluate(SEEN):
            self.unseen.append(str(target.evaluate("e => e.outerHTML.slice(0, 80)")))

    def _tab(self, target: Locator, reached: str) -> None:
        for _step in range(MOST_STEPS):
            if target.evaluate(reached):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not come to {target}")

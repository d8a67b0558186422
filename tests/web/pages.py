"""A person at a page without a script: what its form shows is all he can fill and press; nothing is sent by itself."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client


@dataclass
class Field:
    """A named control: `values` are those that may be chosen, None where one types."""

    kind: str
    given: list[str] = field(default_factory=list)
    values: list[str] | None = None


@dataclass
class Shown:
    """The form of a page: its address, controls by name, buttons in order."""

    action: str = ""
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)

    def fill(self, name: str, value: str) -> bool:
        """Whether it could be filled: a choice that is not offered cannot be picked."""
        control = self.fields[name]
        if control.kind == "checkbox":
            wanted = value.split()
        elif control.kind == "time":
            wanted = [value[:5]]
        else:
            wanted = [value]
        if control.values is not None and not set(wanted) <= set(control.values):
            return False
        control.given = wanted
        return True


class _Reader(HTMLParser):
    """The one form on the page that holds a control called `holding`."""

    def __init__(self, holding: str) -> None:
        super().__init__()
        self.holding, self.shown, self.found = holding, Shown(), Shown()
        self._select: Field | None = None
        self._text: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "form":
            self.shown = Shown(said.get("action", ""))
        elif tag == "button" and name == "do":
            self.shown.buttons.append(said["value"])
        elif tag == "option" and self._select is not None:
            self._option(said)
        elif tag == "input" and name:
            self._input(name, said)
        elif tag in ("select", "textarea") and name:
            made = self.shown.fields[name] = Field(tag, values=[] if tag == "select" else None)
            self._select, self._text = (made, None) if tag == "select" else (None, made)

    def _option(self, said: dict[str, str]) -> None:
        assert self._select is not None
        assert self._select.values is not None
        if "value" in said:
            self._select.values.append(said["value"])
            if "selected" in said:
                self._select.given = [said["value"]]

    def _input(self, name: str, said: dict[str, str]) -> None:
        kind = said.get("type", "text")
        control = self.shown.fields.setdefault(name, Field(kind))
        if kind in ("radio", "checkbox"):
            control.values = [*(control.values or []), said["value"]]
            control.given += [said["value"]] if "checked" in said else []
        elif kind != "file":
            control.given = [said.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.given = [*self._text.given, data]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._select = self._text = None
        elif tag == "form" and (self.holding in self.shown.fields or self.holding in self.shown.buttons):
            self.found = self.shown


def form_on(page: HttpResponse, holding: str) -> Shown:
    reader = _Reader(holding)
    reader.feed(page.content.decode())
    return reader.found


def press(client: Client, path: str, shown: Shown, do: str, files: dict[str, bytes]) -> HttpResponse:
    """The button, with all that stands in the form."""
    assert do in shown.buttons, (do, shown.buttons)
    data: dict[str, Any] = {name: control.given for name, control in shown.fields.items() if control.kind != "file"}
    data |= {name: SimpleUploadedFile("照片.jpg", files[name]) for name in shown.fields if name in files}
    return client.post(shown.action or path, {**data, "do": do})  # type: ignore[return-value]


class Reader:
    """Fills a sheet from its first page to the last look, and hands it in; `answers` and `files` by path, turns of a
    repeat in the order in which they are to be added."""

    def __init__(self, client: Client, answers: dict[str, str], files: dict[str, bytes]) -> None:
        self.client, self.left, self.files = client, dict(answers), dict(files)
        self.pages = 0

    def walk(self, path: str) -> str:
        """The address at which the sheet may be handed in."""
        at = path
        while "at=end" not in at:
            at = self.step(at, "at", "next")
        return at

    def step(self, at: str, holding: str, go_on: str) -> str:
        """One page: fill what it asks, press what the rest needs, follow."""
        page = self.client.get(at.partition("#")[0])
        assert page.status_code == 200, page.content.decode()
        shown = form_on(page, holding)  # type: ignore[arg-type]
        files = self._fill(shown)
        do = self._turn_wanted(shown) or go_on
        answer = press(self.client, at.partition("#")[0], shown, do, files)
        assert answer.status_code == 302, answer.content.decode()
        self.pages += 1
        assert self.pages < 60
        return answer["Location"]

    def _fill(self, shown: Shown) -> dict[str, bytes]:
        for name in [name for name in shown.fields if name in self.left]:
            if shown.fill(name, self.left[name]):
                del self.left[name]
        return {name: self.files.pop(name) for name in shown.fields if name in self.files}

    def _turn_wanted(self, shown: Shown) -> str:
        """The button for one more turn, when this page has the one before it and an answer is for the next."""
        for button in shown.buttons:
            what, _blank, where = button.partition(" ")
            parent, _blank, name = where.partition(" ")
            have = {each.partition("]")[0] for each in shown.fields if each.startswith(f"{parent}/{name}[")}
            following = f"{parent}/{name}[{len(have) + 1}"
            if what == "add" and any(each.startswith(f"{following}]") for each in self.left):
                return button
        return ""

"""From short rows to an XLSForm: type, name, Chinese, English, and whatever else the row says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

ZH, EN = "中文 (zh)", "English (en)"
VOICE = f"media::audio::{ZH}"  # a question read aloud, for who does not read
Row = tuple[str, str, str, str, Mapping[str, str]]
Choices = Mapping[str, Iterable[tuple[str, str, str]]]


@dataclass(frozen=True)
class About:
    """Whose facts `save_to` names: the list of entities, and what shows which one it is. `voices`: question → file of
    its words spoken, which then must come with the form."""

    entities: str = ""
    shown_by: str = ""
    voices: Mapping[str, str] = field(default_factory=dict)


WORKERS = About("workers", "${file_no}")
NOBODY = About()


def sheets(
    code: str, title: str, version: str, rows: Iterable[Row], choices: Choices, about: About = WORKERS
) -> dict[str, list[dict[str, str]]]:
    """The sheets `survey`, `choices`, `settings` and, of a form about somebody, `entities` as pyxform takes them."""
    made = {
        "survey": [
            _filled(
                {
                    "type": kind,
                    "name": name,
                    f"label::{ZH}": zh,
                    f"label::{EN}": en,
                    VOICE: about.voices.get(name, ""),
                    **more,
                }
            )
            for kind, name, zh, en, more in rows
        ],
        "choices": [
            {"list_name": listed, "name": value, f"label::{ZH}": zh, f"label::{EN}": en}
            for listed, items in choices.items()
            for value, zh, en in items
        ],
        "settings": [{"form_title": title, "form_id": code, "version": version, "default_language": ZH}],
    }
    if about.entities:
        made["entities"] = [{"list_name": about.entities, "label": about.shown_by}]
    return made


def _filled(row: dict[str, str]) -> dict[str, str]:
    return {heading: cell for heading, cell in row.items() if cell}


def refused(constraint: str, zh: str, en: str) -> dict[str, str]:
    """A constraint with the words for an answer that it does not allow."""
    return {"constraint": constraint, f"constraint_message::{ZH}": zh, f"constraint_message::{EN}": en}


def hint(zh: str, en: str) -> dict[str, str]:
    return {f"hint::{ZH}": zh, f"hint::{EN}": en}


def at_most(number: int, zh: str, en: str) -> dict[str, str]:
    """Of several choices."""
    return refused(f"count-selected(.) <= {number}", zh, en)


START: Row = ("start", "started", "", "", {})
END: Row = ("end", "ended", "", "", {})
MARKS = (  # good first, as people say them; who cannot say is not pressed into the middle
    ("5", "很好", "Very good"),
    ("4", "好", "Good"),
    ("3", "一般", "So so"),
    ("2", "不好", "Bad"),
    ("1", "很差", "Very bad"),
    ("unsure", "说不好", "Cannot say"),
)


def alone(code: str) -> str:
    """Of several choices: this one excludes the others."""
    return f"not(selected(., '{code}')) or count-selected(.) = 1"

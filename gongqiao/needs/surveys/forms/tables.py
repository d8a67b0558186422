"""From short rows to an XLSForm: type, name, Chinese, English, and whatever else the row says."""

from collections.abc import Iterable, Mapping

ZH, EN = "中文 (zh)", "English (en)"
Row = tuple[str, str, str, str, Mapping[str, str]]
Choices = Mapping[str, Iterable[tuple[str, str, str]]]


def sheets(
    code: str, title: str, version: str, rows: Iterable[Row], choices: Choices
) -> dict[str, list[dict[str, str]]]:
    """The sheets `survey`, `choices` and `settings` as pyxform takes them."""
    return {
        "survey": [
            _filled({"type": kind, "name": name, f"label::{ZH}": zh, f"label::{EN}": en, **more})
            for kind, name, zh, en, more in rows
        ],
        "choices": [
            {"list_name": listed, "name": value, f"label::{ZH}": zh, f"label::{EN}": en}
            for listed, items in choices.items()
            for value, zh, en in items
        ],
        "settings": [{"form_title": title, "form_id": code, "version": version, "default_language": ZH}],
        "entities": [{"list_name": "workers", "label": "${file_no}"}],
    }


def _filled(row: dict[str, str]) -> dict[str, str]:
    return {heading: cell for heading, cell in row.items() if cell}

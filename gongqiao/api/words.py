"""The words of the schema in Chinese. They are English in the code, as programs and their tools want them; the page for
people shows either. Every text of the schema stands here (tests/api/test_docs.py)."""

import json
from pathlib import Path

GROUPS = {
    "public": ("谁都能看的", "Open to everybody"),
    "work": ("零工：找活、报名、答复", "A worker: find work, apply, answer"),
    "me": ("零工：我的资料", "A worker: what belongs to me"),
    "tickets": ("有话说", "Have your say"),
    "employer": ("用工方：要人、谁来", "An employer: ask for hands, who comes"),
    "mini program": ("微信小程序", "The WeChat mini program"),
}
CHINESE: dict[str, str] = json.loads((Path(__file__).parent / "words_zh.json").read_text(encoding="utf-8"))


def plain(text: str) -> str:
    """One line: how a text was wrapped in the code says nothing."""
    return " ".join(text.split())

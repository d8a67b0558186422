"""Citations in both languages: 劳动合同法 第九条 is Labour Contract Law, art. 9. The names are data: data/laws.json."""

import json
import re
from functools import cache
from importlib import resources

_CITED = re.compile(r"(?P<name>\S+) 第(?P<articles>[一二三四五六七八九十百、]+)条")
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}


@cache
def _names() -> dict[str, str]:
    raw = json.loads(resources.files(__package__).joinpath("data/laws.json").read_text("utf-8"))
    names: dict[str, str] = raw["names"]
    return names


def in_english(citation: str) -> str:
    """The law's English name and its articles; ValueError for a citation that cannot be read."""
    found = _CITED.fullmatch(citation)
    if found is None or found["name"] not in _names():
        raise ValueError(f"{citation}: no citation of a law that data/laws.json names")
    articles = [str(_number(article)) for article in found["articles"].split("、")]
    return f"{_names()[found['name']]}, {'art.' if len(articles) == 1 else 'arts.'} {', '.join(articles)}"


def _number(written: str) -> int:
    """十四 14, 二十 20, 八十四 84, 一百零二 is not used by the rules."""
    hundreds, _, rest = written.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    value = _DIGITS[hundreds] * 100 if hundreds else 0
    value += (_DIGITS[tens] if tens else 1) * 10 if ten else 0
    return value + (_DIGITS[ones] if ones else 0)

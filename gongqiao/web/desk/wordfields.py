"""Fields for what is said in words at the counter: trades by any name they go by, several things with 、 between."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from gongqiao.foundation.occupations.trades import catalogue

BETWEEN = re.compile(r"[、，,;；/\s]+")
TRADE_LIST = "trade-names"  # the id of the datalist that the page carries


def split(text: str) -> list[str]:
    """The words, each once, in their order."""
    return list(dict.fromkeys(word for word in BETWEEN.split(text) if word))


def trade_of(word: str) -> str:
    """The code of a trade by its name or any word for it, else a ValidationError that quotes the word."""
    trade = catalogue().by_word(word)
    if trade is None:
        raise forms.ValidationError(_("没有“%(trade)s”这个工种。") % {"trade": word})
    return trade.code


class TradeField(forms.CharField):
    """One trade: typed, with the names offered."""

    def __init__(self, **facts: Any) -> None:
        facts.setdefault("widget", forms.TextInput({"list": TRADE_LIST, "autocomplete": "off"}))
        super().__init__(max_length=40, **facts)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return trade_of(text) if text else ""


class WordsField(forms.CharField):
    """Short words with 、 between, as a list."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(max_length=200, **facts)

    def clean(self, value: Any) -> Any:
        words = split(super().clean(value))
        if any(len(word) > 20 for word in words):
            raise forms.ValidationError(_("一样东西不超过 20 个字，几样之间用顿号隔开。"))
        return words

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return split(str(data or "")) != list(initial or ())


class TradesField(WordsField):
    """Several trades, as codes."""

    def clean(self, value: Any) -> Any:
        return list(dict.fromkeys(trade_of(word) for word in super().clean(value)))

    def prepare_value(self, value: Any) -> Any:
        known = catalogue().trades
        named = [known[code].name if code in known else code for code in value] if isinstance(value, list) else value
        return super().prepare_value(named)

    def has_changed(self, initial: Any, data: Any) -> bool:
        said = [trade.code if (trade := catalogue().by_word(word)) else word for word in split(str(data or ""))]
        return said != list(initial or ())

"""Subscribe-message templates 订阅消息模板: what the operator chose at WeChat, and which of our facts fill its fields.

Set as `work=TEMPLATE:thing1=title,time2=when,thing3=where; new=TEMPLATE:thing1=title,time2=when,thing3=pay,thing4=why;
talk=TEMPLATE:thing1=title,thing2=words`. The type of a field and its limits are in its name, as WeChat's page on
subscribe messages lists them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ImproperlyConfigured
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.money import plain_yuan

SETTING = "GONGQIAO_WECHAT_TEMPLATES"
TEMPLATE_ID = re.compile(r"[A-Za-z0-9_-]{10,64}")
FIELD = re.compile(r"(thing|character_string|time|date|phrase|name|number|phone_number|amount)([0-9]{1,2})")
# Longest value of each type, in characters; `time`, `date` and `amount` have a form of their own.
MOST = {"thing": 20, "character_string": 32, "phrase": 5, "name": 10, "number": 32, "phone_number": 17}
PLAIN = re.compile(r"[^\x20-\x7e]")
FACTS = ("title", "when", "where", "words", "market", "phone", "pay", "why")


class Purpose(TextChoices):
    """What a person agrees to be told of, each by its own template."""

    WORK = "work", _("报名的结果、上工的消息")
    TALK = "talk", _("诉求的答复")
    NEW = "new", _("推荐的新活")


# Facts that only some messages have; the others belong to all.
ONLY = {"pay": (Purpose.WORK, Purpose.NEW), "why": (Purpose.NEW,)}


@dataclass(frozen=True)
class Facts:
    """What there is to fill a message with; `when` in the market's zone, `pay` in words with its unit, `fen` its
    figure, `why` it is recommended to him."""

    title: str
    words: str
    when: datetime
    where: str
    market: str
    phone: str
    pay: str = ""
    fen: int | None = None
    why: str = ""


@dataclass(frozen=True)
class Template:
    """One template: its id, and the fact for each field."""

    id: str
    fields: Mapping[str, str]

    def filled(self, facts: Facts) -> dict[str, dict[str, str]]:
        """As the call wants it: each field with its value, cut to what WeChat takes of its type."""
        return {field: {"value": _fitting(field, fact, facts)} for field, fact in self.fields.items()}


def parse(text: str) -> dict[Purpose, Template]:
    """Raises ImproperlyConfigured that names the setting and the part it stumbled over."""
    found: dict[Purpose, Template] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        match = re.fullmatch(r"(\w+)\s*=\s*([^:\s]+)\s*:\s*(.+)", part)
        if match is None:
            raise _wrong(f"{part!r} is not PURPOSE=TEMPLATE:FIELD=FACT,…")
        purpose, template, fields = match.groups()
        if purpose not in Purpose.values:
            raise _wrong(f"{purpose!r} is none of {', '.join(Purpose.values)}")
        if not TEMPLATE_ID.fullmatch(template):
            raise _wrong(f"{template!r} is no template id")
        found[Purpose(purpose)] = Template(template, dict(_field(each, Purpose(purpose)) for each in fields.split(",")))
    return found


def _field(text: str, purpose: Purpose) -> tuple[str, str]:
    field, _equals, fact = (part.strip() for part in text.partition("="))
    if not FIELD.fullmatch(field):
        raise _wrong(f"{field!r} is no field such as thing1, time2, phrase3")
    if fact not in FACTS:
        raise _wrong(f"{fact!r} is none of {', '.join(FACTS)}")
    if purpose not in ONLY.get(fact, Purpose):
        raise _wrong(f"{field}={fact}: {purpose.value} says nothing of {fact}")
    if (_kind(field) in ("time", "date")) != (fact == "when"):
        raise _wrong(f"{field}={fact}: a time or date takes when, and nothing else does")
    if _kind(field) == "amount" and fact != "pay":
        raise _wrong(f"{field}={fact}: an amount takes pay")
    return field, fact


def _wrong(why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{SETTING}: {why}")


def _kind(field: str) -> str:
    return field.rstrip("0123456789")


def _fitting(field: str, fact: str, facts: Facts) -> str:
    kind = _kind(field)
    if kind in ("time", "date"):
        day = f"{facts.when.year}年{facts.when.month}月{facts.when.day}日"
        return f"{day} {facts.when:%H:%M}" if kind == "time" else day
    if kind == "amount":  # a figure and no unit, `thing` has room for both; without one WeChat turns the message away
        return f"{plain_yuan(facts.fen)}元" if facts.fen is not None else "-"
    value = " ".join(str(getattr(facts, fact)).split())
    if kind in ("character_string", "number", "phone_number"):
        value = PLAIN.sub("", value)
    most = MOST[kind]
    value = value if len(value) <= most else value[: most - 1] + ("…" if kind == "thing" else value[most - 1])
    return value or "-"  # an empty value is refused

"""The port of outside lines. A channel says its name, what people call it, whom it reaches, what it costs, and sends.

A delivery repeated with one message id must change nothing. A channel of a folder under `channels/` registers itself
in its app's `ready`; which of them are on in a market, and in which order, its manager decides (LineSettings).
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.notify.models import CallTask, Message

Sender = Callable[[Message], None]


class LineError(Exception):
    """A line did not take a message. `for_good`: it never will (a bad number); no secret stands in the words."""

    def __init__(self, words: str, *, for_good: bool = False) -> None:
        super().__init__(words)
        self.words, self.for_good = words, for_good


@dataclass(frozen=True)
class Line:
    """`outside`: over a network, so only by the worker and in no transaction. `human`: a person of the staff says it.

    `optional`: of the human ones, only where the manager has it on. `ready`: the operator has set it up. `reaches`: it
    could bring this message to its person now. `parts`: how many paid units the message is; what one costs is the
    market's setting.
    """

    name: str
    send: Sender
    label: str | Promise
    human: bool = False
    outside: bool = False
    optional: bool = False
    ready: Callable[[], bool] = lambda: True
    reaches: Callable[[Message], bool] = lambda message: True
    parts: Callable[[Message], int] = lambda message: 0


ORDER = ("wechat", "sms", "manual")
_channels: dict[str, Line] = {}


def register(name: str, label: str | Promise = "", **facts: object) -> Callable[[Sender], Sender]:
    """The decorated function becomes the sender of the line `name`; the facts are those of `Line`."""

    def keep(send: Sender) -> Sender:
        _channels[name] = Line(name, send, label or name, **facts)  # type: ignore[arg-type]
        return send

    return keep


def line(name: str) -> Line:
    return _channels[name]


def machines() -> list[Line]:
    """The lines that a manager may switch on, the cheapest first; a call and a shout in the hall are always there."""
    found = [each for each in _channels.values() if (each.optional or not each.human) and each.name != "console"]
    return sorted(found, key=lambda each: ORDER.index(each.name) if each.name in ORDER else len(ORDER))


def sender(name: str) -> Sender:
    return _channels[name].send


def label_of(name: str) -> str:
    return str(_channels[name].label) if name in _channels else name


@register("console", _("操作员的屏幕"))
def to_console(message: Message) -> None:
    """The operator's terminal stands in for a line that this market does not have."""
    sys.stdout.write(f"[{message.market.code}] {message.subject}: {message.body}\n")
    sys.stdout.flush()


def on_a_list(message: Message, how: str) -> None:
    """On the list; a task that another line had already ended is opened again for this one."""
    if message.person is None and not message.about:
        raise ValueError(f"message {message.pk} goes to a call list and names nobody")
    facts = {"how": how, "due_at": message.expires_at}
    task, new = CallTask.objects.get_or_create(
        message_id=message.pk,
        defaults={
            "market": message.market,
            "person": message.person,
            "subject": message.subject,
            "body": message.body,
            "about": message.about,
            **facts,
        },
    )
    if not new and task.how != how:
        CallTask.objects.filter(pk=task.pk).update(state="open", tries=0, **facts)


def _has_phone(message: Message) -> bool:
    return bool(message.person is not None and message.person.phone) or message.person is None


@register("phone", _("打电话"), human=True, reaches=_has_phone)
def to_phone_list(message: Message) -> None:
    on_a_list(message, "phone")


@register("hall", _("在大厅叫"), human=True)
def to_hall(message: Message) -> None:
    on_a_list(message, "hall")


@register("family", _("找家里人或带班的"), human=True)
def to_family(message: Message) -> None:
    on_a_list(message, "family")

"""The port of outside lines: a channel is a name and one function.

A delivery repeated with one id must change nothing.
"""

import sys
from collections.abc import Callable

from gongqiao.foundation.notify.models import CallTask, Message

Sender = Callable[[Message], None]
_channels: dict[str, Sender] = {}


def register(name: str) -> Callable[[Sender], Sender]:
    def keep(sender: Sender) -> Sender:
        _channels[name] = sender
        return sender

    return keep


def sender(name: str) -> Sender:
    return _channels[name]


@register("console")
def to_console(message: Message) -> None:
    """The operator's terminal stands in for a line that this market does not have."""
    sys.stdout.write(f"[{message.market.code}] {message.subject}: {message.body}\n")
    sys.stdout.flush()


def _call(message: Message, how: str) -> None:
    if message.person is None and not message.about:
        raise ValueError(f"message {message.pk} goes to a call list and names nobody")
    CallTask.objects.get_or_create(
        message_id=message.pk,
        defaults={
            "market": message.market,
            "person": message.person,
            "subject": message.subject,
            "body": message.body,
            "about": message.about,
            "how": how,
            "due_at": message.expires_at,
        },
    )


@register("phone")
def to_phone_list(message: Message) -> None:
    _call(message, "phone")


@register("hall")
def to_hall(message: Message) -> None:
    _call(message, "hall")


@register("family")
def to_family(message: Message) -> None:
    _call(message, "family")

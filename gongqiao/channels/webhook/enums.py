"""What another system may be told of, and how a line to it stands."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Event(TextChoices):
    POSTING_VERIFIED = "posting.verified", _("需求核实了")
    ASSIGNMENT_CHANGED = "assignment.changed", _("派工的状态变了")
    TICKET_RECEIVED = "ticket.received", _("收到一件诉求")
    TEST = "test", _("试发")


WANTED = (Event.POSTING_VERIFIED, Event.ASSIGNMENT_CHANGED, Event.TICKET_RECEIVED)  # what may be chosen
# Which entries of the log are which event: the log is written in the same transaction as the change itself.
OF_ACTION: dict[str, Event] = {
    "posting.verified": Event.POSTING_VERIFIED,
    "ticket.filed": Event.TICKET_RECEIVED,
    **{
        f"assignment.{state}": Event.ASSIGNMENT_CHANGED
        for state in (
            *("accepted", "applied", "arrived", "cancelled", "confirmed", "declined", "done", "expired", "lapsed"),
            *("no_show", "offered", "recalled", "replaced", "stopped", "waitlisted"),
        )
    },
}


class HookState(TextChoices):
    ON = "on", _("在发")
    OFF = "off", pgettext_lazy("hook", "停了")
    FAILED = "failed", _("一直发不成，自己停了")
    GONE = "gone", _("去掉了")


class DeliveryState(TextChoices):
    WAITING = "waiting", _("等着发")
    DONE = "done", _("收到了")
    GIVEN_UP = "given_up", _("试够了，没发成")

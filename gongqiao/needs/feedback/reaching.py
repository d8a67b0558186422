"""How somebody who filed a ticket can be reached, and how the outbox knows what is about it."""

from gongqiao.needs.dossiers.lines import line_of
from gongqiao.needs.dossiers.queries import file_of
from gongqiao.needs.feedback.enums import Told
from gongqiao.needs.feedback.models import Ticket

ABOUT = "ticket:"


def about(ticket: Ticket) -> str:
    """Within its market, as every message and every call is."""
    return f"{ABOUT}{ticket.number}"


def key_of(ticket: Ticket, what: Told, mark: str) -> str:
    return f"{ABOUT}{ticket.pk.hex}:{what.value}:{mark}"


def told_of(key: str) -> Told:
    """What a message with this key told."""
    return Told(key.split(":")[2])


PLANNED = frozenset({"phone", "sms", "wechat"})


def line_to(ticket: Ticket) -> str:
    """By the number he left for this matter, else as his file says; "" when there is no way to him but his code.

    A sensitive matter goes to nobody's family, and a phone that nobody wrote down is not called.
    """
    if ticket.contact_phone:
        return "phone"
    if ticket.person is None:
        return ""
    file = file_of(ticket.person)
    line = line_of(file) if file is not None else "phone"
    if line == "family" and ticket.sensitive:
        line = "phone"
    return "hall" if line == "phone" and not ticket.person.phone else line


def fixed_line(ticket: Ticket, line: str) -> str:
    """The one line that these words may go by; "" when his wish and the market's lines decide it (notify.planning)."""
    if ticket.contact_phone or line not in PLANNED or ticket.person is None:
        return line
    file = file_of(ticket.person)
    return "" if file is None or line_of(file) == line else line

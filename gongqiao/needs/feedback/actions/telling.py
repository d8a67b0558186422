"""Whoever said something is told that it came in, that there is an answer, that the promise has moved.

The words say nothing of what it was about: they reach a screen or an ear that may not be his. A call is made by whoever
may see the ticket, never from the list that everybody works through.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.language import first_language
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.enums import Kind
from gongqiao.foundation.notify.models import CallTask
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.feedback import queries
from gongqiao.needs.feedback.categories import closing
from gongqiao.needs.feedback.enums import Channel, Told
from gongqiao.needs.feedback.models import Entry, Named, Ticket
from gongqiao.needs.feedback.reaching import about, fixed_line, key_of, line_to

WORTH_TELLING = timedelta(days=7)  # until the doors close on the last of them
# Where nobody stood before the page, or the desk, that says by when it is answered.
UNSEEN = frozenset({Channel.PAPER, Channel.SURVEY})


def tell_received(ticket: Ticket) -> None:
    """By when it is answered; to whoever did not read it where he said it."""
    if ticket.channel in UNSEEN:
        _tell(ticket, Told.RECEIVED, "")


def tell_answer(ticket: Ticket, entry: Entry) -> None:
    _tell(ticket, Told.ANSWERED, str(entry.place))


def tell_end(ticket: Ticket) -> None:
    """Once for each time it is brought to an end."""
    _tell(ticket, Told.ENDED, str(ticket.reopened))


def tell_promise(ticket: Ticket, before: datetime, *, by: Membership, channel: str = "desk") -> None:
    """The time by which it is answered is another one; to whoever does not sit before the page that says so."""
    if ticket.answer_by == before or _himself(ticket, by, channel):
        return
    _tell(ticket, Told.PROMISE, f"{ticket.answer_by:%Y%m%d%H%M}")


def _himself(ticket: Ticket, by: Membership, channel: str) -> bool:
    """By his account, or by the code through the system; what comes in with a survey, nobody sits before."""
    if channel in UNSEEN:
        return False
    return by.may(Right.AUTOMATE) or (ticket.person_id is not None and ticket.person_id == by.person_id)


@first_language()
def settled(ticket: Ticket, *, by: Membership, channel: str) -> None:
    """He has come to look, or to speak, himself: nobody needs to call him any more."""
    if _himself(ticket, by, channel):
        notify.close_calls(about(ticket), note=_("本人已经自己看了"))


@first_language()
def _tell(ticket: Ticket, what: Told, mark: str) -> None:
    """One open message or call for a ticket: the newest says what there is to know. Whoever is named in it is not told
    by us what goes on in it."""
    line = line_to(ticket)
    if not line or Named.objects.filter(ticket=ticket, person=ticket.person_id).exists():
        return
    notify.close_calls(about(ticket), note=_("有了更新的话要告诉他"))
    last = clock.now().astimezone(ticket.market.tz).date() + WORTH_TELLING
    note = notify.Note(
        person=ticket.person,
        kind=Kind.TICKET,
        channel=fixed_line(ticket, line),
        without=("family",),
        key=key_of(ticket, what, mark),
        subject=_("告诉本人 %(number)s") % {"number": ticket.name},
        body=_words(ticket, what, line),
        about=about(ticket),
        expires_at=closing(last, ticket.market),
    )
    notify.tell(ticket.market, [note])


def _words(ticket: Ticket, what: Told, line: str) -> str:
    """Never the category, never what was said; of a sensitive one, and to his family, not even that he spoke."""
    if ticket.sensitive or line == "family":
        return _("驿站有话要跟您本人说：请用查询码看，或者来窗口。")
    by_when = f"{ticket.answer_by.astimezone(ticket.market.tz):%m-%d %H:%M}"
    return {
        Told.RECEIVED: _("您交来的收到了，最晚 %(when)s 前答复。"),
        Told.ANSWERED: _("您反映的事有了答复：请用查询码看，或者来窗口看。"),
        Told.ENDED: _("您反映的事办完了：请用查询码看，或者来窗口看，再说一声办得好不好。"),
        Told.PROMISE: _("您反映的事，最晚答复改成了 %(when)s 前。"),
    }[what] % {"when": by_when}


@transaction.atomic
def record_told(ticket: Ticket, call: CallTask, *, by: Membership, reached: bool, note: str = "") -> None:
    """A call about a ticket: made by whoever may see it, and written on nobody else's list."""
    check_may(by, Right.FEEDBACK_HANDLE, ticket)
    queries.check_sees(by, ticket)
    notify.call_made(call, by=by, reached=reached, note=note)
    audit.record("ticket.told", ticket, by=by, reached=reached, tries=call.tries)

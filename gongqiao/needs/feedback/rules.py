"""Rules of the feedback desk (paper 5.1-3): who may file, who stands in whose line, what a code looks like."""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.feedback.enums import BY_THEMSELVES, ENDED, Channel, State
from gongqiao.needs.feedback.models import Handler, Ticket

MOST_WORDS = 2000
CODE_DIGITS = 12  # digits alone: to be said on the phone and typed on any keypad; tries are limited (web.worker)
REOPEN_DAYS = 30
SILENCE_DAYS = 7  # resolved and nobody said whether it was any good: it closes
CALL_BACK_WORKING_DAYS = 2
MOST_CALLS = 3
# Who stands under whom: a complaint about one of the first is never seen by those under him.
SUBORDINATES: dict[Role, frozenset[Role]] = {Role.MANAGER: frozenset({Role.SPECIALIST, Role.SOCIAL_WORKER})}
SUPERIORS = {role: {chief for chief, under in SUBORDINATES.items() if role in under} for role in Role}
OUTSIDE_THE_LINE = Role.AUDITOR


def new_code() -> str:
    return "".join(secrets.choice("0123456789") for _each in range(CODE_DIGITS))


def new_number(filed: int) -> int:
    """Drawn, not counted: in a row of numbers a gap would tell whoever a hidden ticket is about that there is one, and
    from which day. So many digits that nine of ten are free."""
    least = 1000
    while 10 * filed > 9 * least:
        least *= 10
    return least + secrets.randbelow(9 * least)


def folded_code(text: str) -> str:
    """As it is kept: digits alone, however they were typed; "" when it can be none."""
    code = re.sub(r"[\s\-–—]+", "", unicodedata.normalize("NFKC", text))
    return code if re.fullmatch(rf"[0-9]{{{CODE_DIGITS}}}", code) else ""


def check_can_file(actor: Membership, channel: Channel) -> None:
    """By himself: a worker, or the system for somebody who gives no name. For somebody else: staff."""
    if channel in BY_THEMSELVES:
        if not (actor.may(Right.AUTOMATE) or actor.may(Right.OWN_WORK)):
            check_may(actor, Right.FEEDBACK_FILE)
        return
    check_may(actor, Right.FEEDBACK_FILE)


def check_words(text: str, *, needed: str) -> str:
    words = text.strip()
    if not words:
        raise Refused(needed)
    if len(words) > MOST_WORDS:
        raise Refused(_("太长了，最多 %(most)s 个字。") % {"most": MOST_WORDS})
    return words


def mentioned(text: str, staff: Iterable[Membership]) -> list[Membership]:
    """Those whose title or name stands in the text."""
    folded = re.sub(r"\s+", "", text)
    found = []
    for post in staff:
        names = {post.title, post.person.name if post.person else ""}
        if any(len(name) > 1 and name in folded for name in names):
            found.append(post)
    return found


def check_handles(actor: Membership, ticket: Ticket) -> None:
    """What is done to a ticket is done by the one person named for it."""
    check_may(actor, Right.FEEDBACK_HANDLE, ticket)
    if ticket.handler_id != actor.pk:
        raise Refused(_("这件事不是您在办，先接过来。"))


def may_agree(actor: Membership) -> bool:
    """Whoever stands outside the line, or answers for the desk himself."""
    return actor.role == OUTSIDE_THE_LINE or actor.may(Right.FEEDBACK_MANAGE)


def check_can_agree(actor: Membership, row: Handler) -> None:
    """Somebody else than the one who named himself."""
    check_may(actor, Right.FEEDBACK_HANDLE, row)
    if not may_agree(actor):
        raise Refused(_("要由审计或者另一位经理同意。"))
    if actor.person_id == row.post.person_id:
        raise Refused(_("要由另一个人同意。"))


def check_open(ticket: Ticket) -> None:
    if ticket.state in ENDED:
        raise Refused(_("这件事已经办完了，要接着办请重新打开。"))


def can_reopen(ticket: Ticket, moment: datetime) -> bool:
    ended = ticket.closed_at or ticket.resolved_at
    return ticket.state in ENDED and ended is not None and moment - ended <= timedelta(days=REOPEN_DAYS)


def can_rate(ticket: Ticket, moment: datetime) -> bool:
    """Once, from the moment it is resolved until it can no longer be opened again."""
    return ticket.satisfaction is None and can_reopen(ticket, moment)


def is_overdue(ticket: Ticket, moment: datetime) -> bool:
    """Nobody has brought it to an end by the promised time; a question to the person stops the clock."""
    return ticket.state not in (*ENDED, State.WAITING) and ticket.answer_by < moment

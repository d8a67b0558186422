"""What a market decides about its lines, and what a person wishes; both written down."""

from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify import channels
from gongqiao.foundation.notify.enums import MUTABLE, Kind, MessageState, Quiet
from gongqiao.foundation.notify.models import Message, Preference
from gongqiao.foundation.notify.planning import settings_of
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.people.models import Person

TEST_LIFE = timedelta(minutes=10)
SETTINGS = ("machines", "quiet_from", "quiet_to", "day_fen", "month_fen", "text_fen", "pushes_a_day")


@transaction.atomic
def set_lines(wanted: dict[str, Any], *, by: Membership) -> list[str]:
    """The manager's choices for his market; returns the names of what changed."""
    check_may(by, Right.MARKET_SETTINGS)
    if unknown := set(wanted) - set(SETTINGS):
        raise ValueError(f"not settings of lines: {sorted(unknown)}")
    known = {line.name for line in channels.machines()}
    if not set(wanted.get("machines", [])) <= known:
        raise Refused(_("没有这条路。"))
    row = settings_of(by.market)
    changed = {name: [str(getattr(row, name)), str(value)] for name, value in wanted.items()}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    for name in changed:
        setattr(row, name, wanted[name])
    try:
        row.full_clean(validate_unique=False, exclude=["market"])
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None
    if changed:
        row.save()
        audit.record("lines.changed", row, by=by, changed=changed)
    return sorted(changed)


@dataclass(frozen=True)
class Wish:
    """`own`: when he sleeps, where his hours are not the market's."""

    no_lines: tuple[str, ...] = ()
    no_kinds: tuple[str, ...] = ()
    quiet: Quiet = Quiet.MARKET
    own: tuple[time, time] | None = None
    channel: str = field(default="desk")


@transaction.atomic
def set_preference(person: Person, wish: Wish, *, by: Membership) -> None:
    """Said by himself, or at the desk for him. A person of the staff is a line that nobody can switch off."""
    own_word = by.person_id == person.pk and by.may(Right.OWN_WORK)
    if not own_word:
        check_may(by, Right.DOSSIER_WRITE)
    if not set(wish.no_kinds) <= {kind.value for kind in MUTABLE}:
        raise Refused(_("这类消息不能不要：事关他要不要出门、能不能干。"))
    if not set(wish.no_lines) <= {line.name for line in channels.machines()}:
        raise Refused(_("没有这条路。"))
    if (wish.quiet == Quiet.OWN) != (wish.own is not None):
        raise Refused(_("请写从几点到几点不发。"))
    begins, ends = wish.own or (None, None)
    facts = {
        "no_lines": list(wish.no_lines),
        "no_kinds": list(wish.no_kinds),
        "quiet": wish.quiet,
        "quiet_from": begins,
        "quiet_to": ends,
    }
    Preference.objects.update_or_create(market=by.market, person=person, defaults=facts)
    audit.record(
        "lines.wished",
        person,
        by=by,
        on_behalf_of=person,
        channel=wish.channel,
        no_lines=list(wish.no_lines),
        no_kinds=list(wish.no_kinds),
        quiet=wish.quiet.value,
    )


@transaction.atomic
def try_line(name: str, *, by: Membership) -> Message:
    """A message to whoever presses the button, by this line and no other, whatever the hour."""
    check_may(by, Right.MARKET_SETTINGS)
    if name not in {line.name for line in channels.machines()}:
        raise Refused(_("没有这条路。"))
    if by.person is None:
        raise Refused(_("您的岗位没有登记本人，没有地方发。"))
    moment = clock.now()
    message = Message.objects.create(
        market=by.market,
        key=f"test:{name}:{by.pk}:{moment.isoformat()}"[:80],
        kind=Kind.TEST,
        channel=name,
        fixed=True,
        person=by.person,
        subject=_("试发"),
        body=_("%(market)s试发一条，收到就是通了。") % {"market": by.market.name},
        about="test",
        state=MessageState.WAITING,
        created_at=moment,
        next_at=moment,
        expires_at=moment + TEST_LIFE,
    )
    audit.record("lines.tried", message, by=by, line=name)
    return message

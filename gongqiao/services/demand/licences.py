"""证照核实快到期: the employer is warned two weeks before, on his page and by message; the desk has it on its round."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.language import first_language
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.models import Message
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.employers.models import Employer, State

WARN = timedelta(days=14)
LIFE = timedelta(days=7)  # of the message


def ends_soon(employer: Employer, today: date) -> bool:
    """Its licence was seen, and that counts for two weeks more at most (or no more)."""
    return employer.licence_until is not None and employer.licence_until <= today + WARN


def running_out(today: date) -> QuerySet[Employer]:
    """Employers of the market in scope whose licence must be seen again, within two weeks or already."""
    found: QuerySet[Employer] = Employer.objects.filter(state=State.ACTIVE, licence_until__lte=today + WARN)
    return found.select_related("organisation", "market")


def tick() -> dict[str, int]:
    """One round over all markets: each of the employer's people is told once for each end. Safe to repeat."""
    told = 0
    for market in Market.objects.order_by("pk"):
        with scope(market=market):
            told += _warn(market)
    return {"licences_warned": told}


def _warn(market: Market) -> int:
    today = clock.now().astimezone(market.tz).date()
    ending = {row.organisation_id: row for row in running_out(today)}
    posts = Membership.objects.filter(role=Role.EMPLOYER, organisation__in=list(ending)).select_related("person")
    notes = [_note(ending[post.organisation_id], post) for post in posts if post.is_current(today)]  # type: ignore[index]
    known = set(Message.objects.filter(key__in=[note.key for note in notes]).values_list("key", flat=True))
    fresh = [note for note in notes if note.key not in known]
    notify.tell(market, fresh)
    return len(fresh)


@first_language()
def _note(employer: Employer, post: Membership) -> notify.Note:
    until, market = employer.licence_until, employer.market
    assert until is not None
    words = _("您的证照核实到 %(day)s 为止。请在那之前带营业执照到驿站，或打 %(phone)s，好接着要人。")
    return notify.Note(
        person=post.person,
        key=f"licence:{employer.pk}:{until.isoformat()}:{post.pk}",
        subject=_("证照核实快到期了"),
        body=words % {"day": until.isoformat(), "phone": market.phone},
        about=f"employer:{employer.pk}",
        expires_at=clock.now() + LIFE,
    )

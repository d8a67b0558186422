"""Who stands there, by what he has in his hand or his head: the card, the number on it, his phone. Names nobody."""

from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.people.identity import IdentityError, check_phone
from gongqiao.foundation.people.queries import indexed
from gongqiao.needs.dossiers import cards
from gongqiao.needs.dossiers.enums import State
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.dossiers.queries import of_card

PHONE_FIGURES = 11


class Shared(Refused):
    """Several people have this phone: the last four of the identity number tell them apart."""


def found(market: Market, text: str, last4: str = "") -> Dossier:
    """The file of whoever says this number. Refused, in words for himself, when there is none, or more than one."""
    said = text.strip()
    if cards.is_card(said):
        return of_card(market, cards.read_card(said))
    figures = "".join(sign for sign in said if not sign.isspace() and sign != "-")
    if len(figures) == PHONE_FIGURES:
        return _by_phone(figures, last4.strip().upper())
    return of_card(market, cards.read_typed(market.code, said))


def _by_phone(text: str, last4: str) -> Dossier:
    try:
        phone = check_phone(text)
    except IdentityError as error:
        raise Refused(str(error)) from None
    here = Dossier.objects.filter(person__in=indexed(phone=phone).values("pk")).exclude(state=State.MERGED)
    rows: list[Dossier] = list(here.select_related("person").order_by("file_no"))
    if not rows:
        raise Refused(_("这个手机号没有登记过。请到柜台登记，一次就好。"))
    if len(rows) == 1:
        return rows[0]
    told = [row for row in rows if last4 and row.person.identity_last4 == last4]
    if len(told) == 1:
        return told[0]
    if last4:
        raise Shared(_("后四位对不上，请再输一次，或者到柜台报到。"))
    raise Shared(_("这个手机号是几个人一起用的，再输身份证号的最后四位。"))

"""Counting consents: given on the phone, used by sending, taken back by WeChat's word."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from gongqiao.channels.wechat.models import SubscribeConsent
from gongqiao.channels.wechat.templates import Purpose
from gongqiao.foundation import clock
from gongqiao.foundation.accounts.models import WechatLink
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.people.models import Person

MOST_LEFT = 20  # whoever has agreed so often and heard so little needs no more


@transaction.atomic
def consented(person: Person, purposes: Iterable[Purpose]) -> None:
    """He pressed 允许 in WeChat's own window, once for each purpose; refusing costs nothing and is not kept."""
    link = WechatLink.objects.select_for_update().filter(person=person).first()
    if link is None:
        raise Refused("this WeChat account is linked to nobody")
    for purpose in set(purposes):
        SubscribeConsent.objects.get_or_create(link=link, purpose=purpose, defaults={"asked_at": clock.now()})
        SubscribeConsent.objects.filter(link=link, purpose=purpose, left__lt=MOST_LEFT).update(
            left=F("left") + 1, given=F("given") + 1, asked_at=clock.now()
        )


def spend(person: Person, purpose: Purpose) -> SubscribeConsent | None:
    """Take one consent for a message about to be sent; None when there is none."""
    row = SubscribeConsent.objects.select_related("link").filter(link__person=person, purpose=purpose).first()
    if row is None or not SubscribeConsent.objects.filter(pk=row.pk, left__gt=0).update(left=F("left") - 1):
        return None
    return row


def refund(row: SubscribeConsent) -> None:
    """The message did not go: the consent is still his."""
    SubscribeConsent.objects.filter(pk=row.pk, left__lt=F("given")).update(left=F("left") + 1)


def emptied(row: SubscribeConsent) -> None:
    """WeChat knows of no consent (43101): none is left, whatever we had counted."""
    SubscribeConsent.objects.filter(pk=row.pk).update(left=0, emptied_at=clock.now())

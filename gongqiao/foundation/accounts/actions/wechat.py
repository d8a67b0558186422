"""Who comes in by which WeChat account: linked after a phone was proved to be his, ended by himself or at the desk."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.accounts.models import WechatLink
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.crypto.index import blind_index
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.people.models import Person


def openid_index(appid: str, openid: str) -> str:
    """An openid means something within one mini program only."""
    return blind_index("openid", f"{appid}:{openid}")


def person_of(appid: str, openid: str) -> Person | None:
    """Whoever is linked to it; by whichever of his files that were merged he was known."""
    index = openid_index(appid, openid)
    link = WechatLink.objects.select_related("person").filter(openid_index=index).first()
    person = link.person if link is not None else None
    while person is not None and person.merged_into is not None:
        person = person.merged_into
    return person


@transaction.atomic
def link(person: Person, *, appid: str, openid: str, how: WechatLink.How) -> WechatLink:
    """He proved that the phone on his file is his. A new WeChat account takes the place of his earlier one; one that
    is somebody else's stays his until he ends it himself."""
    index = openid_index(appid, openid)
    known = WechatLink.objects.filter(openid_index=index).first()
    if known is not None:
        if known.person_id != person.pk:
            raise Refused(_("这个微信已经绑了另一个人。请他先在“我的”里解开，或到驿站办。"))
        return known
    replaced = _end(person)
    try:
        with transaction.atomic():
            row = WechatLink.objects.create(
                person=person, openid=openid, openid_index=index, how=how, linked_at=clock.now()
            )
    except IntegrityError:
        raise Stale from None
    audit.record_system("account.wechat_linked", "person", str(person.pk), how=how.value, replaced=replaced)
    return row


@transaction.atomic
def unlink(person: Person) -> bool:
    """Nobody comes in by it any more, and nothing is sent to it; whether there was one."""
    ended = _end(person)
    if ended:
        audit.record_system("account.wechat_unlinked", "person", str(person.pk))
    return ended


def _end(person: Person) -> bool:
    return bool(WechatLink.objects.filter(person=person).delete()[0])

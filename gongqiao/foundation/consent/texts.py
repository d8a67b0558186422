"""The words of consent shipped with the product; a market's lawyer reads them before the first use."""

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.consent.models import ConsentText, Purpose
from gongqiao.foundation.errors import Refused

TEXTS = {
    Purpose.MATCHING: (
        1,
        "我同意本市场登记我的姓名、联系办法、手艺、有空的时间和想要的工钱，用来给我找活、推荐活。"
        "不同意也可以自己看活、来柜台问。随时可以撤回。",
    ),
    Purpose.INTRODUCE: (
        1,
        "我同意在我答应去干活以后，把我的称呼、手艺和要用到的证书告诉用工方。身份证号不告诉任何用工方。随时可以撤回。",
    ),
    Purpose.MESSAGES: (1, "我同意本市场为找活、工钱的事打电话或发消息给我。不同意的话，在大厅叫我。随时可以撤回。"),
}


def load() -> int:
    """Put missing versions in; returns how many were new."""
    fresh = 0
    for purpose, (version, text) in TEXTS.items():
        _row, created = ConsentText.objects.get_or_create(purpose=purpose, version=version, defaults={"text": text})
        fresh += created
    return fresh


@transaction.atomic
def put(purpose: Purpose, words: str) -> ConsentText:
    """The next version of a purpose; refused when it says what the newest one says already."""
    text = words.strip()
    newest = ConsentText.objects.filter(purpose=purpose).order_by("-version").first()
    if not text:
        raise Refused(_("同意书不能是空的。"))
    if newest is not None and newest.text == text:
        raise Refused(_("跟现在的第 %(version)s 版一样。") % {"version": newest.version})
    row = ConsentText.objects.create(purpose=purpose, version=newest.version + 1 if newest else 1, text=text)
    audit.record_system("consent.text_put", "consent", purpose.value, version=row.version)
    return row

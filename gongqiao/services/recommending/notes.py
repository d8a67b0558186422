"""What is said to whom a new job is recommended: the job, and why he."""

from datetime import datetime

from django.utils.translation import gettext as _

from gongqiao.foundation.calendar.words import span
from gongqiao.foundation.language import first_language
from gongqiao.foundation.money import pay_words
from gongqiao.foundation.notify.actions import Note
from gongqiao.foundation.notify.enums import Kind
from gongqiao.needs.postings.models import Shift
from gongqiao.services.recommending.models import Recommendation


@first_language()
def note(row: Recommendation) -> Note:
    """Told once, not before his hours, and not when the work has begun or its verification has run out."""
    shift, posting, zone = row.shift, row.posting, row.market.tz
    begins, ends = shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone)
    facts = {
        "title": posting.title,
        "when": f"{begins:%m-%d} {span(begins, ends)}",
        "pay": pay_words(posting.pay_fen, posting.pay_unit),
        "where": posting.place or posting.meeting_point or _("没说"),
        "phone": row.market.phone,
    }
    body = _("新活：%(title)s，%(when)s，%(pay)s，%(where)s。") % facts
    if why := row.reasons["worker"]:
        body += _("推荐给您，因为%(why)s。") % {"why": _("，").join(why)}
    return Note(
        person=row.dossier.person,
        kind=Kind.SUGGEST,
        key=row.key,
        subject=_("推荐新活给 %(who)s") % {"who": row.dossier.number},
        body=body + _("想去打 %(phone)s 或到柜台说；不想收推荐，说一声就停。") % facts,
        about=row.about,
        expires_at=useful_until(shift),
        not_before=row.tell_at,
    )


def useful_until(shift: Shift) -> datetime:
    """A name can be put down until it begins, or until the demand is not verified any more."""
    until = shift.posting.verified_until
    return min(shift.starts_at, until) if until is not None else shift.starts_at

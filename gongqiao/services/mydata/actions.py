"""Asking for a correction or a deletion of one's own data: a ticket with a clock, once however often it is pressed."""

from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Facts
from gongqiao.needs.dossiers.enums import Source, State
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.feedback import actions as feedback
from gongqiao.needs.feedback.enums import Category, Channel
from gongqiao.needs.feedback.models import Ticket
from gongqiao.services.mydata import queries

# What takes no part in an offer may be emptied by a press; names and numbers are put right at the desk, with the card.
EMPTY: dict[str, object] = {
    "home": None,
    "travel": "",
    "max_distance_m": None,
    "pay_floor": None,
    "week_hours": "",
    "preferred": [],
    "languages": [],
    "training_wishes": [],
    "concerns": [],
}


class Kind(StrEnum):
    CORRECT = "correct"
    DELETE = "delete"


def ask(kind: Kind, words: str, *, by: Membership) -> feedback.Filed:
    """One open request of a kind at a time. A deletion is refused while wages or work are unsettled, with the reason;
    what the law keeps is named in the request, and he is called no more from now on."""
    dossier = queries.own(by)
    known = queries.open_request(dossier.person, kind)
    if known is not None:
        return feedback.Filed(known, fresh=False)
    if kind == Kind.DELETE:
        text = _deletion(dossier, words)
    elif words.strip():
        text = words.strip()
    else:
        raise Refused(_("请写哪里不对、应该是什么。"))
    key = f"{kind}:{dossier.person_id}:{Ticket.objects.filter(person=dossier.person).count()}"
    said = feedback.Said(Category.RECORDS, Channel.PAGE, text, person=dossier.person, key=key)
    filed = feedback.file(said, by=by)
    if kind == Kind.DELETE and dossier.state == State.ACTIVE:
        dossiers.pause(dossier, by=by)
    return filed


def _deletion(dossier: Dossier, words: str) -> str:
    if open_matters := queries.unfinished(dossier):
        raise Refused(_("现在还不能删：%(why)s。") % {"why": _("；").join(open_matters)})
    lines = [_("请删掉我在这里的资料。"), words.strip()]
    lines += [_("法律要留的：%(what)s，留到 %(day)s（%(law)s）。") % _facts(kept) for kept in queries.kept(dossier)]
    return "\n".join(line for line in lines if line)


def _facts(kept: queries.Kept) -> dict[str, str]:
    return {"what": kept.what, "day": kept.until.isoformat(), "law": kept.law}


@transaction.atomic
def forget(dossier: Dossier, name: str, *, by: Membership) -> None:
    """One fact taken back: from the next page on nothing is recommended by it (算法推荐管理规定 17)."""
    dossiers.check_can_write(by, dossier)
    if name not in EMPTY:
        raise Refused(_("这一样要在柜台改，或在下面写给我们。"))
    column = f"{name}_id" if name == "home" else name
    dossiers.update(dossier, Facts({column: EMPTY[name]}), by=by, source=Source.SELF)


def record_export(dossier: Dossier, *, by: Membership, digest: str) -> None:
    """He took a copy (its own door out of a read-only page); the digest tells later whether a paper is that copy."""
    check_may(by, Right.OWN_WORK)
    audit.record("mydata.exported", dossier, by=by, on_behalf_of=dossier.person, channel="self", sha256=digest)

"""The paper card: printed as often as wanted, each time written down; a lost one is refused from then on."""

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.cards import MOST_ISSUES
from gongqiao.needs.dossiers.enums import GONE
from gongqiao.needs.dossiers.models import Dossier


@transaction.atomic
def print_card(dossier: Dossier, *, by: Membership) -> None:
    """A card is handed out; printed again it is the same card."""
    check_may(by, Right.DOSSIER_WRITE, dossier)
    if dossier.state in GONE:
        raise Refused(_("这份档案并到别的档案了，请从那一份打。"))
    audit.record("card.printed", dossier, by=by, on_behalf_of=dossier.person, issue=dossier.card_issue)


@transaction.atomic
def replace_card(dossier: Dossier, *, by: Membership) -> None:
    """Lost or stolen: the next card has another code, and whoever holds the old one gets nowhere with it."""
    check_may(by, Right.DOSSIER_WRITE, dossier)
    if dossier.card_issue >= MOST_ISSUES:
        raise Refused(_("一个人最多换 %(most)d 张卡，请先查一查是怎么回事。") % {"most": MOST_ISSUES})
    seen = dossier.card_issue
    if Dossier.objects.filter(pk=dossier.pk, card_issue=seen).update(card_issue=seen + 1) != 1:
        raise Stale
    dossier.card_issue = seen + 1
    audit.record("card.replaced", dossier, by=by, on_behalf_of=dossier.person, issue=dossier.card_issue)

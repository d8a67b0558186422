"""A case of its own, offered where words point to danger. Cases are not built yet: a named colleague takes it over."""

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.feedback import queries, rules
from gongqiao.needs.feedback.actions.entries import write
from gongqiao.needs.feedback.actions.handling import assign
from gongqiao.needs.feedback.enums import Channel, EntryKind, OfferState
from gongqiao.needs.feedback.models import CaseOffer


@transaction.atomic
def answer_offer(offer: CaseOffer, *, yes: bool, by: Membership, channel: Channel) -> None:
    """The person's own yes or no, given himself or to the handler who asked him; it may be changed until handed on."""
    ticket = offer.ticket
    if not by.may(Right.AUTOMATE) and ticket.person_id != by.person_id:
        rules.check_handles(by, ticket)
    to = OfferState.ACCEPTED if yes else OfferState.DECLINED
    states.move(offer, to=to, answered_at=clock.now(), channel=channel, recorded_by=by)
    audit.record("ticket.offer_answered", ticket, by=by, channel=channel.value, yes=yes)


@transaction.atomic
def hand_offer(offer: CaseOffer, to: Membership, *, by: Membership, note: str) -> None:
    """With the person's yes, to one named colleague, with what the handler writes for him and nothing else."""
    ticket = offer.ticket
    rules.check_handles(by, ticket)
    if offer.state != OfferState.ACCEPTED:
        raise Refused(_("本人没有同意，不能转交。"))
    words = rules.check_words(note, needed=_("请写交给他的话。"))
    if to not in queries.eligible(ticket):
        raise Refused(_("这件事不能交给他。"))
    states.move(offer, to=OfferState.HANDED, handed_to=to)
    audit.record("ticket.offer_handed", ticket, by=by, to=to.pk)
    if to.pk == by.pk:
        write(ticket, EntryKind.NOTE, words, by=by)
    else:
        assign(ticket, to, by=by, note=words)

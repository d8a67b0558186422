"""Whether somebody looks for work here at all: pausing, consent given and withdrawn, two files of one human."""

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.consent import actions as consent
from gongqiao.foundation.consent import queries as consents
from gongqiao.foundation.consent.models import Purpose
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers import rules
from gongqiao.needs.dossiers.actions.changes import check_can_write, update
from gongqiao.needs.dossiers.actions.facts import Facts
from gongqiao.needs.dossiers.enums import GONE, Channel, Source, State
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.dossiers.signals import consent_withdrawn, merging

NEEDED = (Purpose.MATCHING, Purpose.INTRODUCE)  # without these nobody is matched or introduced (PIPL 13, 15)


@transaction.atomic
def pause(dossier: Dossier, *, by: Membership) -> None:
    """He does not look for work for now; nothing is offered to him."""
    check_can_write(by, dossier)
    states.move(dossier, to=State.PAUSED)
    audit.record("dossier.paused", dossier, by=by, on_behalf_of=dossier.person)


@transaction.atomic
def resume(dossier: Dossier, *, by: Membership) -> None:
    """He looks again; not before he is sixteen, nor while a consent that it needs stands withdrawn."""
    check_can_write(by, dossier)
    rules.check_age(dossier.person.birth_date, clock.now().astimezone(by.market.tz).date())
    gone = [purpose for purpose in NEEDED if consents.withdrawn(dossier.person, purpose)]
    if gone:
        raise Refused(_("他撤回了同意：%(what)s。先念给他听，他同意了再恢复。") % {"what": Purpose(gone[0]).label})
    states.move(dossier, to=State.ACTIVE)
    audit.record("dossier.resumed", dossier, by=by, on_behalf_of=dossier.person)


@transaction.atomic
def agree(dossier: Dossier, purpose: Purpose, *, by: Membership, source: Source = Source.DESK) -> None:
    """The words of the purpose were read to him, and he agreed."""
    check_can_write(by, dossier)
    consent.give(dossier.person, purpose, by=by, channel=source.value)


@transaction.atomic
def withdraw_consent(dossier: Dossier, purpose: Purpose, *, by: Membership, source: Source = Source.DESK) -> None:
    """Obeyed at once: without matching or introducing he is paused; without messages he is called in the hall."""
    check_can_write(by, dossier)
    consent.withdraw(dossier.person, purpose, by=by, channel=source.value)
    if purpose in NEEDED and dossier.state == State.ACTIVE:
        pause(dossier, by=by)
    if purpose == Purpose.MESSAGES and dossier.channel != Channel.NONE:
        update(dossier, Facts({"channel": Channel.NONE.value}), by=by, source=source)
    consent_withdrawn.send(sender=Dossier, dossier=dossier, purpose=purpose, by=by)


@transaction.atomic
def merge(spare: Dossier, into: Dossier, *, by: Membership) -> None:
    """Two files of one human: the spare one points at the other and leaves all lists; `unmerge` undoes it."""
    check_may(by, Right.DOSSIER_WRITE, spare)
    check_may(by, Right.DOSSIER_WRITE, into)
    if spare.pk == into.pk:
        raise Refused(_("不能并到自己。"))
    if into.state in GONE:
        raise Refused(_("档案 %(number)s 自己已经并到别的档案了。") % {"number": into.number})
    merging.send(sender=Dossier, spare=spare, into=into, by=by)
    states.move(spare, to=State.MERGED, merged_into=into, merged_from=spare.state)
    audit.record("dossier.merged", spare, by=by, on_behalf_of=spare.person, into=into.pk)


@transaction.atomic
def unmerge(spare: Dossier, *, by: Membership) -> None:
    """They are two people after all: the file stands again as it stood."""
    check_may(by, Right.DOSSIER_WRITE, spare)
    into = spare.merged_into_id
    states.move(spare, to=State(spare.merged_from or State.ACTIVE), merged_into=None, merged_from="")
    audit.record("dossier.unmerged", spare, by=by, on_behalf_of=spare.person, out_of=into)

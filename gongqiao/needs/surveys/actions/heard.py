"""From an interview to a dossier: a fact that its team heard and that the person wants there; his words stay theirs."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.dossiers.queries import file_of
from gongqiao.needs.interviews import rules
from gongqiao.needs.interviews.models import Excerpt
from gongqiao.needs.surveys.actions.deciding import drop
from gongqiao.needs.surveys.actions.proposals import SOURCES, made_of, write_ready
from gongqiao.needs.surveys.enums import ProposalState
from gongqiao.needs.surveys.models import DossierProposal
from gongqiao.needs.surveys.properties import facts_of


@transaction.atomic
def propose_heard(excerpt: Excerpt, said: Mapping[str, str], *, agreed: bool, by: Membership) -> list[DossierProposal]:
    """Answers by the property that they would be saved to in a form (surveys/properties.py), taken the same way.

    What he said is the team's alone; that a fact of it goes into his file is asked of him by itself (`agreed`).
    """
    talk = excerpt.transcript.talk
    rules.check_works(by, talk.study)
    if not agreed:
        raise Refused(_("先问他本人愿不愿意写进档案，愿意的才写。"))
    dossier = _file_of(excerpt)
    if DossierProposal.objects.filter(excerpt=excerpt).exists():
        raise Refused(_("这一段已经提过了；又说了别的，另摘一段。"))
    of = DossierProposal(market=talk.market, excerpt=excerpt, made_by=by, made_at=clock.now())
    made = made_of(of, dossier, facts_of(said))
    if not made:
        raise Refused(_("请写他说的是什么。"))
    fields = sorted(row.field for row in made)
    audit.record("talk.proposed", talk, by=by, on_behalf_of=dossier.person, excerpt=str(excerpt.pk), fields=fields)
    write_ready(DossierProposal.objects.filter(excerpt=excerpt), by=by)
    return made


def _file_of(excerpt: Excerpt) -> Dossier:
    """Of whoever said it, who still takes part under his name."""
    who = excerpt.participant
    if excerpt.blanked_at is not None or who.withdrawn_at is not None or not who.notes_ok:
        raise Refused(_("本人撤回了，没有话了。"))
    dossier = file_of(who.person) if who.person is not None else None
    if dossier is None:
        raise Refused(_("不知道他是谁，或者他没有档案。"))
    return dossier


def forget_heard(excerpt: Excerpt, *, by: Membership) -> None:
    """The words are gone: what they proposed and nobody wrote goes with them. What was written is his file's."""
    rows = DossierProposal.objects.filter(excerpt=excerpt)
    waiting = rows.filter(state=ProposalState.PENDING)
    drop(waiting, _("本人撤回了这些话"), by=by)
    rows.exclude(state=ProposalState.APPLIED).update(value=None)


def waiting(dossier: Dossier) -> list[DossierProposal]:
    """What interviews propose to a file, or to one that was merged into it, and nobody decided about yet."""
    rows = DossierProposal.objects.filter(excerpt__isnull=False, state=ProposalState.PENDING)
    rows = rows.filter(Q(dossier=dossier) | Q(dossier__merged_into=dossier))
    return list(rows.select_related("dossier__person", "base__by", "made_by", *SOURCES).order_by("field", "made_at"))

"""Taking back registrations: what nobody has touched since is undone as if it had not been, the rest stays."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.audit.queries import touched
from gongqiao.foundation.consent.models import ConsentRecord
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.people.models import Person
from gongqiao.needs.dossiers.models import Certificate, Dossier, DossierValue, Skill

OWN_EVENTS = ("dossier.registered", "dossier.read")
BATCH = 200


@transaction.atomic
def take_back_all(dossiers: Sequence[Dossier], *, by: Membership) -> dict[int, Refused]:
    """Undo registrations; by primary key, those that stay and why (edited, or with work, a queue number, a call)."""
    stay: dict[int, Refused] = {}
    for dossier in dossiers:
        check_may(by, Right.DOSSIER_WRITE, dossier)
    used = touched(dossiers, but=OWN_EVENTS)
    free = []
    for dossier in dossiers:
        if dossier.pk in used:
            stay[dossier.pk] = Refused(_("登记以后有人改过。"))
        else:
            free.append(dossier)
    for start in range(0, len(free), BATCH):
        stay |= _take(free[start : start + BATCH], by=by)
    return stay


def _take(batch: Sequence[Dossier], *, by: Membership) -> dict[int, Refused]:
    """All together; where something stands on one of them, one by one."""
    try:
        with transaction.atomic():
            acts = [audit.Act("dossier.taken_back", dossier, detail={"number": dossier.number}) for dossier in batch]
            audit.record_all(acts, by=by)
            _delete(batch, by=by)
    except ProtectedError:
        if len(batch) == 1:
            return {batch[0].pk: Refused(_("已经有派工、排号或电话的记录。"))}
        half = len(batch) // 2
        return _take(batch[:half], by=by) | _take(batch[half:], by=by)
    return {}


def _delete(batch: Sequence[Dossier], *, by: Membership) -> None:
    keys, people = [dossier.pk for dossier in batch], [dossier.person_id for dossier in batch]
    for model in (DossierValue, Skill, Certificate):
        model.objects.filter(dossier__in=keys).delete()
    Dossier.objects.filter(pk__in=keys).delete()
    ConsentRecord.objects.filter(market=by.market, person__in=people).delete()
    Membership.objects.filter(market=by.market, person__in=people, role=Role.WORKER).delete()
    Person.objects.filter(pk__in=people, dossiers=None, memberships=None).delete()

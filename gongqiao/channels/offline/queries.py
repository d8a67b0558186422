"""Reading: what arrived, who looks alike, whose file is meant, and the short list that a desk keeps."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from gongqiao.channels.offline.enums import State
from gongqiao.channels.offline.models import Entry
from gongqiao.channels.offline.rules import MOST_PEOPLE, RECENT
from gongqiao.channels.offline.sent import Visit
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.people.identity import identity_birth
from gongqiao.foundation.people.names import given_name
from gongqiao.needs.dossiers import queries as files
from gongqiao.needs.dossiers.actions import Identity
from gongqiao.needs.dossiers.enums import State as FileState
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement import queries as placement
from gongqiao.services.placement.models import QueueTicket

Listed = tuple[str, str, str]  # file number, given name, last four figures of the phone


def visible_to(actor: Membership) -> QuerySet[Entry]:
    """Whoever may register sees what a desk of this market wrote down without a network."""
    found: QuerySet[Entry] = Entry.objects.filter(online=False)
    if not actor.may(Right.DOSSIER_WRITE):
        return found.none()
    return found.select_related("by", "dossier__person", "ticket", "follows", "settled_by", "market")


def listed(actor: Membership) -> QuerySet[Entry]:
    """What waits first, then the newest."""
    return visible_to(actor).defer("body").order_by("-state", "-arrived_at", "-made_at")


def waiting_count(actor: Membership) -> int:
    return visible_to(actor).filter(state=State.WAITS).count()


def alike(who: Identity, actor: Membership) -> list[Dossier]:
    """Files that may be this human; see needs.dossiers.queries.lookalikes."""
    birth = identity_birth(who.number) if who.number else who.birth
    return files.lookalikes(actor, name=who.name, phone=who.phone, number=who.number, birth=birth)


def named_file(visit: Visit, actor: Membership) -> Dossier | None:
    """Also one that was merged: whoever came is told where he stands now."""
    if visit.file:
        found: Dossier | None = Dossier.objects.select_related("person", "merged_into").filter(pk=visit.file).first()
        return found if actor.may(Right.DOSSIER_READ) else None
    return files.numbered(actor, visit.number, merged=True)


def is_called(dossier: Dossier, name: str) -> bool:
    """By the whole name or by the given one, which is all that the list of a desk holds."""
    return name.strip() in (dossier.person.name, given_name(dossier.person.name))


def to_keep(actor: Membership, now: datetime) -> list[Listed]:
    """Those whom a desk is likely to meet: they came, registered or worked within two months, or are to work. Never
    their surname, whole phone or number."""
    since = now - RECENT
    came = QueueTicket.objects.filter(at__gte=since).values("dossier")
    worked = placement.visible_to(actor).filter(starts_at__gte=since).values("dossier")
    recent = Q(registered_at__gte=since) | Q(pk__in=came) | Q(pk__in=worked)
    rows = files.visible_to(actor).filter(recent, state=FileState.ACTIVE).order_by("-file_no")
    facts: Any = rows.values_list("file_no", "person__name", "person__phone_last4")[:MOST_PEOPLE]
    return [(f"Y-{number:04d}", given_name(name), last4) for number, name, last4 in facts]

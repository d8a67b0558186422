"""Who acts for whom."""

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from gongqiao.foundation import clock
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import today
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.people.models import Person
from gongqiao.needs.dossiers.enums import GONE
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.family.enums import LIVE, State
from gongqiao.needs.family.models import Helper


def visible_to(actor: Membership) -> QuerySet[Helper]:
    """The desk sees the market's, a worker whom he named himself; a helper finds his own by `asked` and `held`."""
    found: QuerySet[Helper] = Helper.objects.select_related("person", "dossier__person", "post", "market")
    if actor.may(Right.DOSSIER_READ):
        return found
    if actor.role == Role.WORKER:
        return found.filter(dossier__person=actor.person_id)
    return found.none()


def of(dossier: Dossier, actor: Membership) -> list[Helper]:
    """Those of one file that run, then the last that ended."""
    rows = list(visible_to(actor).filter(dossier=dossier).order_by("-asked_at", "-pk")[:20])
    day = today(actor)
    return sorted(rows, key=lambda row: not row.is_live(day))


def live_of(dossier: Dossier, actor: Membership) -> QuerySet[Helper]:
    return Helper.objects.filter(dossier=dossier, state__in=LIVE, until__gte=today(actor))


def live_by_phone(index: str, actor: Membership) -> QuerySet[Helper]:
    """Of everybody who shares that phone: nobody collects workers under several names."""
    return Helper.objects.filter(person__phone_index=index, state__in=LIVE, until__gte=today(actor))


def asked(person: Person) -> list[Helper]:
    """Who wants this person to act for him and has no answer yet, in all markets."""
    day = clock.now().date()
    with scopes_disabled():
        rows = Helper.objects.filter(person=person, state=State.ASKED, until__gte=day)
        return list(rows.select_related("person", "dossier__person", "market").order_by("asked_at"))


def held(post: Membership) -> Helper | None:
    """What stands behind a post of FAMILY."""
    found: Helper | None = (
        Helper.objects.filter(post=post, state=State.ACTIVE).select_related("dossier__person").first()
    )
    return found


def file_of(actor: Membership) -> Dossier | None:
    """The file of the worker whose work this post may look at and answer: his own, or his who named it."""
    if actor.worker_id is None:
        return None
    rows = Dossier.objects.exclude(state__in=GONE).select_related("person", "home")
    found: Dossier | None = rows.filter(person=actor.worker_id).first()
    return found

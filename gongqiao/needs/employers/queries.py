"""Reading employers."""

from typing import Any

from django.db.models import Q, QuerySet

from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.needs.employers.models import Employer


def visible_to(actor: Membership) -> QuerySet[Employer]:
    """Staff see the market's employers, an employer's people their own."""
    found: QuerySet[Employer] = Employer.objects.select_related("organisation", "region")
    if actor.may(Right.EMPLOYER_READ):
        return found
    if actor.role == Role.EMPLOYER:
        return found.filter(organisation=actor.organisation_id)
    return found.none()


def listed(actor: Membership, text: str = "") -> QuerySet[Employer]:
    words = text.strip()
    found = visible_to(actor).prefetch_related("contacts").order_by("-pk")
    if not words:
        return found
    match: Any = Q(short_name__contains=words) | Q(organisation__name__contains=words)
    return found.filter(match | Q(organisation__credit_code=words.upper()))


def accounts(employer: Employer) -> QuerySet[Membership]:
    """Who of the employer's people may sign in."""
    held = Membership.objects.filter(organisation=employer.organisation_id, role=Role.EMPLOYER, ends_on=None)
    return held.select_related("person").order_by("pk")


def own(actor: Membership) -> Employer | None:
    """The employer that an employer's person acts for."""
    return visible_to(actor).first() if actor.role == Role.EMPLOYER else None

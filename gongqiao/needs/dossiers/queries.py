"""Reading dossiers, for whoever may."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Max, Prefetch, Q

from gongqiao.foundation.crypto.index import blind_index
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.needs.dossiers.enums import State
from gongqiao.needs.dossiers.models import Certificate, Dossier, DossierSet, DossierValue, Skill

MOST_IN = 500  # values of one IN


def visible_to(actor: Membership) -> DossierSet:
    """Staff see the market's dossiers, a worker his own, everybody else none."""
    found: DossierSet = Dossier.objects.exclude(state=State.MERGED).select_related("person", "home")
    if actor.may(Right.DOSSIER_READ):
        return found
    if actor.role == Role.WORKER:
        return found.filter(person=actor.person)
    return found.none()


def listed(actor: Membership) -> DossierSet:
    """What a list row needs, in a fixed number of queries."""
    skills = Prefetch("skills", Skill.objects.order_by("-level", "trade"))
    return visible_to(actor).prefetch_related(skills).order_by("-file_no")


def opened(actor: Membership, pk: int) -> Dossier:
    """One whole dossier; the caller records the reading."""
    parts: list[Any] = [
        Prefetch("skills", Skill.objects.order_by("-level", "trade")),
        Prefetch("certificates", Certificate.objects.order_by("kind")),
        Prefetch("exceptions"),
        Prefetch(
            "values",
            DossierValue.objects.filter(superseded_at=None).select_related("by").order_by("field"),
            to_attr="current_values",
        ),
    ]
    return visible_to(actor).prefetch_related(*parts).get(pk=pk)


def search(actor: Membership, text: str) -> DossierSet:
    """By name, pinyin initials (each reading of a surname), last four of phone or number, file number, whole number."""
    words = text.strip().replace(" ", "")
    found = listed(actor)
    if not words:
        return found
    number = re.fullmatch(r"[Yy]-?(\d{1,9})", words)
    if number:
        return found.filter(file_no=int(number[1]))
    if words.isdigit() and len(words) == 11:
        return found.filter(person__phone_index=blind_index("phone", words))
    if len(words) == 18:
        return found.filter(person__identity_index=blind_index("identity", words.upper()))
    if words.isdigit():
        tail = Q(person__phone_last4=words) | Q(person__identity_last4=words)
        return found.filter(tail | Q(file_no=int(words)) if len(words) <= 9 else tail)
    if words[:-1].isdigit() and words[-1] in "xX" and len(words) == 4:
        return found.filter(person__identity_last4=words.upper())
    if words.isascii():
        key = words.lower()
        starts = Q(person__name_initials__startswith=key) | Q(person__name_initials__contains=f" {key}")
        return found.filter(
            starts | Q(person__name_pinyin__startswith=key) | Q(person__name_pinyin__contains=f" {key}")
        )
    return found.filter(person__name__contains=words)


def registered(identities: Iterable[str], phones: Iterable[tuple[str, str]]) -> dict[tuple[str, ...], Dossier]:
    """Files of people registered here: by (identity number,), or by (name, phone) for those without one."""
    numbers = {blind_index("identity", number): (number,) for number in identities if number}
    pairs = [pair for pair in phones if pair[1]]
    lines = {blind_index("phone", phone): phone for _name, phone in pairs}
    here = Dossier.objects.exclude(state=State.MERGED).select_related("person").prefetch_related("skills")
    found: dict[tuple[str, ...], Dossier] = {}
    for part in _parts(numbers):
        found |= {numbers[row.person.identity_index]: row for row in here.filter(person__identity_index__in=part)}
    wanted = set(pairs)
    for part in _parts(lines):
        for row in here.filter(person__phone_index__in=part):
            key = (row.person.name, lines[row.person.phone_index])
            if key in wanted:
                found[key] = row
    return found


def _parts(keys: Iterable[str]) -> Iterable[list[str]]:
    listed = sorted(keys)
    return (listed[start : start + MOST_IN] for start in range(0, len(listed), MOST_IN))


def next_file_no() -> int:
    return int(Dossier.objects.aggregate(last=Max("file_no"))["last"] or 1000) + 1


def stale_fields(dossier: Dossier, day: date) -> set[str]:
    """Fields whose value is past its freshness: shown as such, asked again first."""
    current = getattr(dossier, "current_values", None)
    if current is None:
        current = DossierValue.objects.filter(dossier=dossier, superseded_at=None)
    return {value.field for value in current if value.fresh_until and value.fresh_until < day}

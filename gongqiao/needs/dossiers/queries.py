"""Reading dossiers, for whoever may."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Max, Prefetch, Q
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from gongqiao.foundation.crypto.index import blind_index
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.people.queries import called, ending, indexed
from gongqiao.needs.dossiers import cards
from gongqiao.needs.dossiers.cards import Card, wrong_number
from gongqiao.needs.dossiers.enums import GONE, State
from gongqiao.needs.dossiers.models import Certificate, DayHours, Dossier, DossierSet, DossierValue, Skill

MOST_ALIKE, MOST_HISTORY = 20, 500
MOST_IN = 500  # values of one IN


def visible_to(actor: Membership) -> DossierSet:
    """Staff see the market's dossiers, a worker his own, everybody else none."""
    found: DossierSet = Dossier.objects.exclude(state__in=GONE).select_related("person", "home")
    if actor.may(Right.DOSSIER_READ):
        return found
    if actor.role == Role.WORKER:
        return found.filter(Q(person=actor.person) | Q(merged__person=actor.person)).distinct()
    return found.none()


def listed(actor: Membership) -> DossierSet:
    """What a list row needs, in a fixed number of queries."""
    skills = Prefetch("skills", Skill.objects.order_by("-level", "trade"))
    return visible_to(actor).prefetch_related(skills).order_by("-file_no")


def opened(actor: Membership, pk: int) -> Dossier:
    """One whole dossier; the caller records the reading."""
    parts: list[Any] = [
        Prefetch("skills", Skill.objects.select_related("by").order_by("-level", "trade")),
        Prefetch("certificates", Certificate.objects.select_related("by").order_by("kind")),
        Prefetch("exceptions", DayHours.objects.select_related("by").order_by("day")),
        Prefetch("merged", Dossier.objects.select_related("person").order_by("file_no"), to_attr="merged_here"),
        Prefetch(
            "values",
            DossierValue.objects.filter(superseded_at=None).select_related("by").order_by("field"),
            to_attr="current_values",
        ),
    ]
    return visible_to(actor).prefetch_related(*parts).get(pk=pk)


def surviving(dossier: Dossier) -> Dossier:
    """The file that one stands for now: itself, or the last one it was merged into."""
    while dossier.state == State.MERGED and dossier.merged_into is not None:
        dossier = dossier.merged_into
    return dossier


def survivors() -> dict[int, int]:
    """Every merged file of the market in scope -> the file that stands for it now."""
    into = dict(Dossier.objects.filter(state=State.MERGED).values_list("pk", "merged_into"))

    def last(file: int) -> int:
        while file in into:
            file = into[file]
        return file

    return {spare: last(spare) for spare in into}


def file_of(person: Person) -> Dossier | None:
    """The file of a person in the market in scope, by whichever of his files he was known; for the house's own acts."""
    found = Dossier.objects.filter(person=person).select_related("merged_into__person").order_by("-file_no")
    rows = sorted(found, key=lambda row: row.state == State.MERGED)
    return surviving(rows[0]) if rows else None


def numbered(actor: Membership, text: str, *, merged: bool = False) -> Dossier | None:
    """The file with a number as people write it: Y-1002, y1002, 1002; with `merged`, one in another too."""
    number = re.fullmatch(r"[Yy]?-?(\d{1,9})", unicodedata.normalize("NFKC", text).strip())
    if number is None:
        return None
    found = visible_to(actor).filter(file_no=int(number[1])).first()
    if found is None and merged and actor.may(Right.DOSSIER_READ):
        found = Dossier.objects.select_related("merged_into__person").filter(file_no=int(number[1])).first()
    return found


def of_card(market: Market, card: Card) -> Dossier:
    """The file that a card of this market names, or the one it was merged into; for the house's own acts."""
    if card.market != market.code.upper():
        raise Refused(_("这张卡是别的市场的，请到柜台登记。"))
    found = Dossier.objects.filter(file_no=card.file_no).select_related("person", "merged_into__person").first()
    if found is None:
        raise Refused(_("没有这个档案号，请到柜台问一下。"))
    if card.issue < found.card_issue:
        raise Refused(_("这张卡报失过，换了新的。请用新卡，没有的到柜台打一张。"))
    if card.issue > found.card_issue:
        raise wrong_number()
    return surviving(found)


def lookalikes(actor: Membership, *, name: str, phone: str, number: str, birth: date | None) -> list[Dossier]:
    """Files that may be the same human, when no equal identity number says so: same phone, or same name and nothing
    that speaks against it (another number, another birth date)."""
    here = visible_to(actor).order_by("file_no")
    rows = list(here.filter(person__phone_index=blind_index("phone", phone))[:MOST_ALIKE]) if phone else []
    rows += here.filter(person__name=name.strip()).exclude(pk__in=[row.pk for row in rows])[:MOST_ALIKE]

    def contradicts(other: Person) -> bool:
        other_birth = other.birth_date
        return bool(
            (number and other.identity and number != other.identity) or (birth and other_birth and birth != other_birth)
        )

    return [row for row in rows if not contradicts(row.person)]


def history(actor: Membership, dossier: Dossier) -> list[DossierValue]:
    """Every value the file ever had, the newest first; of the files merged into it too."""
    if not actor.may(Right.DOSSIER_READ):
        return []
    files = [dossier.pk, *Dossier.objects.filter(merged_into=dossier).values_list("pk", flat=True)]
    rows = DossierValue.objects.filter(dossier__in=files).select_related("by", "dossier")
    return list(rows.order_by("-recorded_at", "field", "-pk")[:MOST_HISTORY])


def search(actor: Membership, text: str) -> DossierSet:
    """By name, pinyin initials (each reading of a surname), last four of phone or number, file number, whole number;
    by the card, when a scanner types it where one searches."""
    words = unicodedata.normalize("NFKC", text).replace(" ", "").strip()  # full-width figures are figures
    found = listed(actor)
    if not words:
        return found
    if cards.is_card(words):
        return _on_card(actor, words, found)
    if number := re.fullmatch(r"[Yy]-?(\d{1,9})", words):
        return found.filter(file_no=int(number[1]))
    if len(words) == 18:
        return found.filter(person__in=indexed(identity=words.upper()).values("pk"))
    if words.isdecimal() and len(words) == 11:
        return found.filter(person__in=indexed(phone=words).values("pk"))
    if words.isdecimal() and len(words) <= 9:
        return found.filter(Q(person__in=ending(words).values("pk")) | Q(file_no=int(words)))
    if re.fullmatch(r"\d{3}[xX]", words):
        return found.filter(person__in=ending(words.upper()).values("pk"))
    return found.filter(person__in=called(words).values("pk"))


def meant(actor: Membership, text: str, most: int) -> list[Dossier]:
    """Whom a scanner or a hand means at the desk: the file of the card, else those whom the search finds, `most` of
    them. Raises Refused for a card that is another market's, wrong or reported lost."""
    if cards.is_card(text):
        return [of_card(actor.market, cards.read_card(text))]
    return list(search(actor, text)[:most]) if text else []


def _on_card(actor: Membership, words: str, found: DossierSet) -> DossierSet:
    """Nobody, for a card of another market or one that was typed wrong."""
    try:
        return found.filter(pk=of_card(actor.market, cards.read_card(words)).pk)
    except Refused:
        return found.none()


def registered(identities: Iterable[str], phones: Iterable[tuple[str, str]]) -> dict[tuple[str, ...], Dossier]:
    """Files of people registered here: by (identity number,), or by (name, phone) for those without one."""
    numbers = {blind_index("identity", number): (number,) for number in identities if number}
    pairs = [pair for pair in phones if pair[1]]
    lines = {blind_index("phone", phone): phone for _name, phone in pairs}
    here = Dossier.objects.exclude(state__in=GONE).select_related("person").prefetch_related("skills")
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


def stale_among(day: date, fields: Collection[str], dossiers: Collection[int] | None = None) -> dict[int, set[str]]:
    """Of these fields those past their freshness, by dossier; of everybody in the market where none are named."""
    old = Q(superseded_at=None, fresh_until__lt=day, field__in=fields)
    if dossiers is None:
        rows = list(DossierValue.objects.filter(old).values_list("dossier_id", "field"))
    else:
        with scopes_disabled():  # a file is of one market; by the market's index all its values would be looked through
            named = DossierValue.objects.filter(old, dossier__in=dossiers)
            rows = list(named.values_list("dossier_id", "field"))
    found: dict[int, set[str]] = defaultdict(set)
    for dossier, name in rows:
        found[dossier].add(name)
    return found


def stale_fields(dossier: Dossier, day: date) -> set[str]:
    """Fields whose value is past its freshness: shown as such, asked again first."""
    current = getattr(dossier, "current_values", None)
    if current is None:
        current = DossierValue.objects.filter(dossier=dossier, superseded_at=None)
    return {value.field for value in current if value.fresh_until and value.fresh_until < day}

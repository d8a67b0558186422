"""Who somebody is, put right: name, phone, number, birth; and what follows when he turns out too young."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.people import actions as people
from gongqiao.foundation.people.identity import check_identity_number
from gongqiao.foundation.people.models import BirthEvidence, Person
from gongqiao.foundation.people.queries import by_identity
from gongqiao.needs.dossiers import rules
from gongqiao.needs.dossiers.actions.changes import supersede
from gongqiao.needs.dossiers.actions.facts import Identity, Saying
from gongqiao.needs.dossiers.enums import Source, State
from gongqiao.needs.dossiers.models import Dossier, DossierValue
from gongqiao.needs.dossiers.queries import surviving
from gongqiao.needs.dossiers.signals import birth_corrected


@transaction.atomic
def correct_identity(dossier: Dossier, who: Identity, *, by: Membership, source: Source = Source.DESK) -> list[str]:
    """Name, phone, number and birth as they really are; returns what changed. Whoever turns out to be under sixteen
    stops looking for work, in every market, and what the law forbids him is taken back (禁止使用童工规定 第二条)."""
    check_may(by, Right.DOSSIER_WRITE, dossier)
    saying, person = Saying(by, source, clock.now()), dossier.person
    number = check_identity_number(who.number).number if who.number else ""
    _check_nobody_elses(number, person, by)
    before, born = Identity(person.name, person.phone, person.identity, _told(person), _seen(person)), person.birth_date
    facts = {"name": who.name, "phone": who.phone, "identity": number, "birth": who.birth}
    people.write(person, **facts, identity_seen=who.seen)  # type: ignore[arg-type]  # a dict of mixed values
    after = Identity(person.name, person.phone, person.identity, _told(person), _seen(person))
    changed = _different(before, after)
    if changed:
        supersede(dossier, changed, saying)
        said = {name: after.said.get(name) for name in changed}
        DossierValue.objects.bulk_create(saying.values(dossier, said))
        audit.record("dossier.identity_corrected", dossier, by=by, on_behalf_of=person, fields=changed)
    if person.birth_date != born:
        _age_follows(dossier, by)
    return changed


def _age_follows(dossier: Dossier, by: Membership) -> None:
    """Here in the name of who corrected it, in other markets in the system's."""
    with scopes_disabled():
        elsewhere = Dossier.objects.filter(person=dossier.person_id).exclude(pk=dossier.pk)
        others = list(elsewhere.exclude(state=State.MERGED).select_related("person", "market").order_by("pk"))
    _look_again(dossier, by)
    for other in others:
        with scope(market=other.market):
            _look_again(other, system_of(other.market))


def _look_again(dossier: Dossier, by: Membership) -> None:
    young = rules.too_young(dossier.person.birth_date, clock.now().astimezone(dossier.market.tz).date())
    if young and dossier.state == State.ACTIVE:
        states.move(dossier, to=State.PAUSED)
        audit.record("dossier.paused", dossier, by=by, on_behalf_of=dossier.person, why="under 16")
    birth_corrected.send(sender=Dossier, dossier=dossier, by=by, too_young=young)


def _check_nobody_elses(number: str, person: Person, by: Membership) -> None:
    other = by_identity(number) if number else None
    if other is None or other.pk == person.pk:
        return
    file = Dossier.objects.filter(person=other).order_by("merged_into").first()
    if file is not None:
        told = {"number": surviving(file).number}
        raise Refused(_("这个身份证号在档案 %(number)s 里。是同一个人的话，把两份合并。") % told)
    raise Refused(_("这个身份证号已经登记过了。"))


def _told(person: Person) -> date | None:
    return None if person.identity else person.birth_date


def _seen(person: Person) -> bool:
    return person.birth_evidence == BirthEvidence.SEEN


def _different(before: Identity, after: Identity) -> list[str]:
    pairs = {
        "birth": ((before.birth, before.seen), (after.birth, after.seen)),
        "identity": (before.number, after.number),
        "name": (before.name, after.name),
        "phone": (before.phone, after.phone),
    }
    return [name for name, (old, new) in pairs.items() if old != new]

"""Registering people: one at the counter, or a whole sheet; the same rows and the same events either way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.consent import actions as consent
from gongqiao.foundation.consent.models import Purpose
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.actions import worker_posts
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.people import actions as people
from gongqiao.foundation.people.models import Person
from gongqiao.needs.dossiers import rules
from gongqiao.needs.dossiers.actions.facts import Facts, Identity, Saying
from gongqiao.needs.dossiers.enums import Source, State
from gongqiao.needs.dossiers.models import Certificate, Dossier, DossierValue, Skill
from gongqiao.needs.dossiers.queries import next_file_no, surviving

BATCH = 500


@dataclass(frozen=True)
class Entry:
    """One person to register."""

    identity: Identity
    facts: Facts


class Raced(Refused):
    """Somebody else registered at the same moment; the same again may succeed."""


def register(
    identity: Identity,
    facts: Facts,
    *,
    by: Membership,
    source: Source = Source.DESK,
    agreed: Iterable[Purpose] = (),
    said_on: date | None = None,
    channel: str = "",
) -> Dossier:
    """A new dossier; a number that is registered here already is refused with its file number (paper 5.1-1).
    `said_on` is the day when it was said, where that is not today; `channel` the way it came, where not the source."""
    saying = Saying(by, source, clock.now(), said_on, channel)
    (made,) = _register_all([Entry(identity, facts)], saying, tuple(agreed))
    if isinstance(made, Refused):
        raise made
    return made


def register_all(
    entries: Sequence[Entry], *, by: Membership, source: Source, agreed: Iterable[Purpose] = ()
) -> list[Dossier | Refused]:
    """Each entry's new dossier, or why there is none, in the order given; the others are registered all the same.

    A person already known (by identity number) in another market keeps his facts as they are there. Raises Refused for
    the whole when somebody else registers at the same moment.
    """
    return _register_all(entries, Saying(by, source, clock.now()), tuple(agreed))


@transaction.atomic
def _register_all(entries: Sequence[Entry], saying: Saying, purposes: tuple[Purpose, ...]) -> list[Dossier | Refused]:
    check_may(saying.by, Right.DOSSIER_WRITE)
    made: list[Dossier | Refused] = []
    for start in range(0, len(entries), BATCH):
        made += _Batch(entries[start : start + BATCH], saying).save(purposes)
    return made


class _Batch:
    """Entries that are looked up, checked and written together."""

    def __init__(self, entries: Sequence[Entry], saying: Saying) -> None:
        self.entries, self.saying, self.by = entries, saying, saying.by
        found = people.prepare_all([people.NewPerson(**entry.identity.__dict__) for entry in entries])
        self.refused = {at: each for at, each in enumerate(found) if isinstance(each, Refused)}
        self.people = {at: each for at, each in enumerate(found) if isinstance(each, Person)}
        self._refuse_registered()
        for at, person in list(self.people.items()):
            try:
                rules.check_age(person.birth_date, saying.day)
                entries[at].facts.check()
            except Refused as refusal:
                self._refuse(at, refusal)

    def _refuse(self, at: int, refusal: Refused) -> None:
        self.refused[at] = refusal
        del self.people[at]

    def _refuse_registered(self) -> None:
        """People who have a file in this market, and second entries of one person."""
        keys = [person.pk for person in self.people.values() if not person._state.adding]
        rows = Dossier.objects.filter(person__in=keys)
        files: dict[Any, Dossier] = {}
        for row in sorted(rows, key=lambda row: row.state == State.MERGED):
            files.setdefault(row.person_id, surviving(row))
        known = _("这个人已经登记过，档案号 %(number)s。")
        here = {person: known % {"number": row.number} for person, row in files.items()}
        for at, person in list(self.people.items()):
            if person.pk in here:
                self._refuse(at, Refused(here[person.pk]))
            here.setdefault(person.pk, _("这个身份证号在这一批里写了两次。"))

    def save(self, purposes: tuple[Purpose, ...]) -> list[Dossier | Refused]:
        dossiers = self._save_files()
        pairs = [(dossier, self.entries[at].facts) for at, dossier in dossiers.items()]
        saying = self.saying
        values = [
            row
            for at, dossier in dossiers.items()
            for row in saying.values(dossier, {**self.entries[at].identity.said, **self.entries[at].facts.said})
        ]
        DossierValue.objects.bulk_create(values, batch_size=BATCH)
        Skill.objects.bulk_create([row for pair in pairs for row in saying.skills(*pair)], batch_size=BATCH)
        Certificate.objects.bulk_create([row for pair in pairs for row in saying.certificates(*pair)], batch_size=BATCH)
        workers = [dossier.person for dossier in dossiers.values()]
        worker_posts(workers, self.by.market, by=self.by)
        consent.give_all(workers, purposes, by=self.by, channel=saying.way)
        return [dossiers[at] if at in dossiers else self.refused[at] for at in range(len(self.entries))]

    def _save_files(self) -> dict[int, Dossier]:
        number = next_file_no()
        dossiers = {
            at: Dossier(
                market=self.by.market,
                person=person,
                file_no=number + offset,
                registered_at=self.saying.at,
                **self.entries[at].facts.values,
            )
            for offset, (at, person) in enumerate(self.people.items())
        }
        try:
            with transaction.atomic():
                people.save_new(self.people.values())
                Dossier.objects.bulk_create(dossiers.values(), batch_size=BATCH)
        except IntegrityError:
            raise Raced(_("同一时间有人在登记，请再按一次保存。")) from None
        acts = [audit.Act("dossier.registered", dossier, dossier.person) for dossier in dossiers.values()]
        audit.record_all(acts, by=self.by, channel=self.saying.way)
        return dossiers

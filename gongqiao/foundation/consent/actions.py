"""Giving and withdrawing."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.consent.models import ConsentRecord, ConsentText, Purpose
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.models import Person


@transaction.atomic
def give(person: Person, purpose: Purpose, *, by: Membership, channel: str) -> None:
    """The person agreed to the newest words of a purpose; a second yes changes nothing."""
    give_all([person], [purpose], by=by, channel=channel)


@transaction.atomic
def give_all(people: Sequence[Person], purposes: Iterable[Purpose], *, by: Membership, channel: str) -> None:
    """Several people agreed to the same purposes in one sitting."""
    for purpose in purposes:
        text = ConsentText.objects.filter(purpose=purpose).order_by("-version").first()
        if text is None:
            raise LookupError(f"no consent text for {purpose}: run `./run manage load_reference`")
        open_now = ConsentRecord.objects.filter(person__in=[person.pk for person in people], text=text)
        given = set(open_now.filter(withdrawn_at=None).values_list("person_id", flat=True))
        new = [person for person in people if person.pk not in given]
        ConsentRecord.objects.bulk_create(
            ConsentRecord(market=by.market, person=person, text=text, channel=channel, given_at=clock.now())
            for person in new
        )
        detail = {"purpose": purpose.value, "version": text.version}
        audit.record_all([audit.Act("consent.given", person, person, detail) for person in new], by=by, channel=channel)


@transaction.atomic
def withdraw(person: Person, purpose: Purpose, *, by: Membership, channel: str) -> int:
    """Close every open consent of the purpose; returns how many were open."""
    open_now = ConsentRecord.objects.filter(person=person, text__purpose=purpose, withdrawn_at=None)
    closed = open_now.update(withdrawn_at=clock.now())
    if closed:
        audit.record("consent.withdrawn", person, by=by, on_behalf_of=person, channel=channel, purpose=purpose.value)
    return int(closed)


def agreed(person: Person, purpose: Purpose) -> bool:
    return bool(ConsentRecord.objects.filter(person=person, text__purpose=purpose, withdrawn_at=None).exists())

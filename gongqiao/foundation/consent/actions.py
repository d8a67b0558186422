"""Giving and withdrawing."""

from django.db import transaction

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.consent.models import ConsentRecord, ConsentText, Purpose
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.models import Person


@transaction.atomic
def give(person: Person, purpose: Purpose, *, by: Membership, channel: str) -> ConsentRecord:
    """The person agreed to the newest words of a purpose; a second yes changes nothing."""
    text = ConsentText.objects.filter(purpose=purpose).order_by("-version").first()
    if text is None:
        raise LookupError(f"no consent text for {purpose}: run `./run manage load_reference`")
    record, created = ConsentRecord.objects.get_or_create(
        market=by.market,
        person=person,
        text=text,
        withdrawn_at=None,
        defaults={"channel": channel, "given_at": clock.now()},
    )
    if created:
        audit.record("consent.given", person, by=by, channel=channel, purpose=purpose.value, version=text.version)
    return record


@transaction.atomic
def withdraw(person: Person, purpose: Purpose, *, by: Membership, channel: str) -> int:
    """Close every open consent of the purpose; returns how many were open."""
    open_now = ConsentRecord.objects.filter(person=person, text__purpose=purpose, withdrawn_at=None)
    closed = open_now.update(withdrawn_at=clock.now())
    if closed:
        audit.record("consent.withdrawn", person, by=by, channel=channel, purpose=purpose.value)
    return int(closed)


def agreed(person: Person, purpose: Purpose) -> bool:
    return bool(ConsentRecord.objects.filter(person=person, text__purpose=purpose, withdrawn_at=None).exists())

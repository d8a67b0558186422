"""Finding a person by the facts that are unique: blind indexes only, never a scan of clear text."""

from django.db.models import Q, QuerySet

from gongqiao.foundation.crypto.index import blind_index
from gongqiao.foundation.people.models import Person


def by_identity(number: str) -> Person | None:
    return Person.objects.filter(identity_index=blind_index("identity", number), merged_into=None).first()


def by_phone(phone: str) -> list[Person]:
    """Several people may share a family phone."""
    return list(Person.objects.filter(phone_index=blind_index("phone", phone), merged_into=None).order_by("created_at"))


def called(text: str) -> QuerySet[Person]:
    """By a part of the name, or by pinyin or initials from the beginning of any reading.

    One pass over the index `person_called`, which holds all it looks at: as the inside of a subquery only.
    """
    if not text.isascii():
        return Person.objects.filter(name__contains=text)
    key = text.lower()
    initials = Q(name_initials__startswith=key) | Q(name_initials__contains=f" {key}")
    return Person.objects.filter(initials | Q(name_pinyin__startswith=key) | Q(name_pinyin__contains=f" {key}"))


def ending(last4: str) -> QuerySet[Person]:
    """By the last four of the phone or of the identity number."""
    return Person.objects.filter(Q(phone_last4=last4) | Q(identity_last4=last4))


def indexed(*, identity: str = "", phone: str = "") -> QuerySet[Person]:
    """By the whole number, as it is kept: an identity number or a phone."""
    if identity:
        return Person.objects.filter(identity_index=blind_index("identity", identity))
    return Person.objects.filter(phone_index=blind_index("phone", phone))

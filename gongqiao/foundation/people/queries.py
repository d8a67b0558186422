"""Finding a person by the facts that are unique: blind indexes only, never a scan of clear text."""

from gongqiao.foundation.crypto.index import blind_index
from gongqiao.foundation.people.models import Person


def by_identity(number: str) -> Person | None:
    return Person.objects.filter(identity_index=blind_index("identity", number), merged_into=None).first()


def by_phone(phone: str) -> list[Person]:
    """Several people may share a family phone."""
    return list(Person.objects.filter(phone_index=blind_index("phone", phone), merged_into=None).order_by("created_at"))

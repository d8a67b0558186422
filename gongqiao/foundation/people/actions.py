"""Writing identity facts, with the indexes they are found by."""

from datetime import date

from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.crypto.index import blind_index
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.people.identity import check_identity_number, check_phone
from gongqiao.foundation.people.models import BirthEvidence, Person
from gongqiao.foundation.people.names import name_keys
from gongqiao.foundation.people.queries import by_identity


def create(
    *, name: str, phone: str = "", identity: str = "", birth: date | None = None, identity_seen: bool = False
) -> Person:
    """A new person; an identity number that somebody already has is refused (look before you save)."""
    person = Person(created_at=clock.now())
    write(person, name=name, phone=phone, identity=identity, birth=birth, identity_seen=identity_seen)
    return person


def write(
    person: Person, *, name: str, phone: str, identity: str, birth: date | None = None, identity_seen: bool = False
) -> None:
    """Set the facts and their indexes; checks GB 11643 and the phone's form, raises Refused or IdentityError."""
    person.name = name.strip()
    if not person.name:
        raise Refused(_("姓名不能空着。"))
    keys = name_keys(person.name)
    person.name_initials, person.name_pinyin = " ".join(keys.initials), " ".join(keys.pinyin)
    person.phone = check_phone(phone) if phone else ""
    person.phone_index = blind_index("phone", person.phone) if person.phone else ""
    person.phone_last4 = person.phone[-4:]
    _write_identity(person, identity, birth, seen=identity_seen)
    person.save()


def _write_identity(person: Person, identity: str, birth: date | None, *, seen: bool) -> None:
    if not identity:
        person.identity, person.identity_index, person.identity_last4 = "", None, ""
        person.birth = birth.isoformat() if birth else ""
        known = (BirthEvidence.SEEN if seen else BirthEvidence.TOLD) if birth else BirthEvidence.UNKNOWN
        person.birth_evidence = known
        return
    facts = check_identity_number(identity)
    other = by_identity(facts.number)
    if other is not None and other.pk != person.pk:
        raise Refused(_("这个身份证号已经登记过了。"))
    person.identity, person.identity_last4 = facts.number, facts.number[-4:]
    person.identity_index = blind_index("identity", facts.number)
    person.birth, person.birth_evidence = "", BirthEvidence.SEEN if seen else BirthEvidence.TOLD

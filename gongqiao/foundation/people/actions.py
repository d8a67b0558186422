"""Writing identity facts, with the indexes they are found by."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.crypto.index import blind_index
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.people.identity import CHINA, check_identity_number, check_phone
from gongqiao.foundation.people.models import BirthEvidence, Person
from gongqiao.foundation.people.names import name_keys
from gongqiao.foundation.people.queries import by_identity

BATCH = 500
ERASED_NAME = "（已删除）"  # stands in lists where a name stood, in every language


@dataclass(frozen=True)
class NewPerson:
    """Facts of somebody not known yet; all but the name may be 暂缺. `seen`: the document was seen."""

    name: str
    phone: str = ""
    number: str = ""
    birth: date | None = None
    seen: bool = False


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
    _fill(person, NewPerson(name, phone, identity, birth, identity_seen))
    other = by_identity(person.identity) if person.identity else None
    if other is not None and other.pk != person.pk:
        raise Refused(_("这个身份证号已经登记过了。"))
    person.save()


def prepare_all(new: Sequence[NewPerson]) -> list[Person | Refused]:
    """For each the person known by that identity number, else a new one not saved yet, else why it cannot be."""
    indexes = [blind_index("identity", each.number.strip().upper()) for each in new if each.number]
    known = {
        person.identity_index: person for person in Person.objects.filter(identity_index__in=indexes, merged_into=None)
    }
    moment, found = clock.now(), list[Person | Refused]()
    for each in new:
        person = known.get(blind_index("identity", each.number.strip().upper())) if each.number else None
        if person is None:
            person = Person(created_at=moment)
            try:
                _fill(person, each)
            except Refused as refusal:
                found.append(refusal)
                continue
            if person.identity_index:
                known[person.identity_index] = person
        found.append(person)
    return found


def save_new(people: Iterable[Person]) -> None:
    """Those of `prepare_all` that are not saved yet; IntegrityError when somebody saved the same number meanwhile."""
    Person.objects.bulk_create([person for person in people if person._state.adding], batch_size=BATCH)


def _fill(person: Person, facts: NewPerson) -> None:
    person.name = facts.name.strip()
    if not person.name:
        raise Refused(_("姓名不能空着。"))
    if any(unicodedata.category(sign).startswith("C") for sign in person.name):
        raise Refused(_("姓名里有看不见的符号，请重新打一遍。"))  # it would turn lists around, or hide a twin
    if facts.birth and not date(1900, 1, 1) <= facts.birth <= clock.now().astimezone(CHINA).date():
        raise Refused(_("出生日期不对，请再看一眼。"))
    keys = name_keys(person.name)
    person.name_initials, person.name_pinyin = " ".join(keys.initials), " ".join(keys.pinyin)
    person.phone = check_phone(facts.phone) if facts.phone else ""
    person.phone_index = blind_index("phone", person.phone) if person.phone else ""
    person.phone_last4 = person.phone[-4:]
    if facts.number:
        number = check_identity_number(facts.number).number
        person.identity, person.identity_last4 = number, number[-4:]
        person.identity_index = blind_index("identity", number)
        person.birth, person.birth_evidence = "", BirthEvidence.SEEN if facts.seen else BirthEvidence.TOLD
        return
    person.identity, person.identity_index, person.identity_last4 = "", None, ""
    person.birth = facts.birth.isoformat() if facts.birth else ""
    known = (BirthEvidence.SEEN if facts.seen else BirthEvidence.TOLD) if facts.birth else BirthEvidence.UNKNOWN
    person.birth_evidence = known


def blank(person: Person) -> None:
    """Nothing of him stays but the row that other rows point at; nobody finds it by name or number any more."""
    person.name = ERASED_NAME
    person.name_initials = person.name_pinyin = ""
    person.phone = person.phone_index = person.phone_last4 = ""
    person.identity, person.identity_index, person.identity_last4 = "", None, ""
    person.birth, person.birth_evidence = "", BirthEvidence.UNKNOWN
    person.save()


def stand_in() -> Person:
    """A blank one for the rows of one market, when the person goes on in another."""
    person = Person(created_at=clock.now())
    blank(person)
    return person

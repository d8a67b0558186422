"""Person has three encrypted fields; what is written is read with SQL here."""

import copy
import pickle
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps.registry import Apps
from django.core.exceptions import FieldError
from django.db import connection, models, transaction
from django.db.models import F, Value

from gongqiao.foundation.crypto import keyring
from gongqiao.foundation.crypto.errors import CipherError, KeyRingError, SealError
from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.crypto.seal import Sealed
from gongqiao.foundation.people.models import Person

PHONE, IDENTITY = "13800138000", "11010519491231002X"


def person(**fields: Any) -> Person:
    return Person(**{"name": "韦师傅", "phone": PHONE, "created_at": datetime(2025, 3, 1, tzinfo=UTC), **fields})


def saved(**fields: Any) -> Person:
    one = person(**fields)
    one.save()
    return Person.objects.get(pk=one.pk)


def stored(one: Person, column: str = "phone") -> str:
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(Person._meta.db_table)
        where = Person._meta.pk.get_db_prep_value(one.pk, connection)
        cursor.execute(f"SELECT {connection.ops.quote_name(column)} FROM {table} WHERE id = %s", [where])
        return str(cursor.fetchone()[0])


def store(one: Person, text: str, column: str = "phone") -> None:
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(Person._meta.db_table)
        where = Person._meta.pk.get_db_prep_value(one.pk, connection)
        cursor.execute(f"UPDATE {table} SET {connection.ops.quote_name(column)} = %s WHERE id = %s", [text, where])


pytestmark = [pytest.mark.django_db, pytest.mark.data]


def test_a_value_is_sealed_in_the_database_and_clear_on_the_row() -> None:
    one = saved()
    assert stored(one).split("$")[:2] == ["sm4", keyring.current().active]
    assert PHONE not in stored(one)
    assert one.phone == PHONE


def test_an_empty_value_stays_empty() -> None:
    one = saved(phone="")
    assert (stored(one), one.phone) == ("", "")


def test_saving_again_keeps_the_ciphertext_of_unchanged_values() -> None:
    one = saved(identity=IDENTITY)
    before = stored(one), stored(one, "identity")
    one.name = "韦大师傅"
    one.save()
    one.phone = one.phone  # read, set to the same
    one.save()
    assert (stored(one), stored(one, "identity")) == before


def test_saving_twice_after_writing_seals_once() -> None:
    one = person()
    one.save()
    before = stored(one)
    one.save()
    assert stored(one) == before


def test_a_changed_value_is_sealed_anew() -> None:
    one = saved()
    before = stored(one)
    one.phone = "13900139000"
    one.save()
    assert stored(one) != before
    assert Person.objects.get(pk=one.pk).phone == "13900139000"


def test_a_value_can_be_emptied() -> None:
    one = saved()
    one.phone = ""
    one.save()
    assert stored(one) == ""


def test_a_row_read_without_the_field_fetches_it_when_asked() -> None:
    one = Person.objects.defer("phone").get(pk=saved().pk)
    assert one.phone == PHONE


def test_refresh_reads_the_new_value() -> None:
    one, other = saved(), Person.objects.get()
    other.phone = "13900139000"
    other.save()
    one.refresh_from_db()
    assert one.phone == "13900139000"


def test_bulk_create_seals_each_row_for_itself() -> None:
    Person.objects.bulk_create([person(), person(), person(phone="")])
    people = list(Person.objects.order_by("phone_index"))
    assert sorted(one.phone for one in people) == ["", PHONE, PHONE]
    assert len({stored(one) for one in people}) == 3


def test_decryption_waits_until_the_value_is_read() -> None:
    one = saved()
    store(one, "sm4$gone$AAAA")
    read = Person.objects.get(pk=one.pk)
    assert read.name == "韦师傅"
    with pytest.raises(KeyRingError, match="has no key 'gone'"):
        _ = read.phone


def test_a_ciphertext_moved_to_another_row_is_refused() -> None:
    one, other = saved(), saved(phone="13900139000")
    store(other, stored(one))
    with pytest.raises(CipherError) as refusal:
        _ = Person.objects.get(pk=other.pk).phone
    assert str(refusal.value) == (
        f"people.person:phone:{other.pk}: cannot be decrypted: "
        "the ciphertext was changed, moved, or sealed with another key"
    )


def test_a_ciphertext_moved_to_another_field_is_refused() -> None:
    one = saved()
    store(one, stored(one), column="identity")
    with pytest.raises(CipherError, match="people.person:identity:"):
        _ = Person.objects.get(pk=one.pk).identity


@pytest.mark.parametrize("text", [PHONE, "sm4$", "sm4$x", "aes$k$AAAA"])
def test_a_clear_text_in_the_database_is_refused(text: str) -> None:
    one = saved()
    store(one, text)
    with pytest.raises(CipherError, match="not a ciphertext of ours"):
        _ = Person.objects.get(pk=one.pk).phone


def test_a_ciphertext_that_is_no_base64_is_refused() -> None:
    one = saved()
    store(one, f"sm4${keyring.current().active}$***")
    with pytest.raises(CipherError, match="cannot be decrypted"):
        _ = Person.objects.get(pk=one.pk).phone


def test_a_copied_row_is_sealed_for_its_new_key() -> None:
    one = saved()
    assert one.phone == PHONE
    one.pk, one._state.adding = uuid.uuid4(), True
    one.save()
    assert Person.objects.get(pk=one.pk).phone == PHONE


def test_a_row_copied_unread_is_refused_when_saved() -> None:
    one = saved()
    one.pk, one._state.adding = uuid.uuid4(), True
    with pytest.raises(CipherError):
        one.save()


def test_rows_survive_pickling_and_copying() -> None:
    one = saved()
    assert one.phone == PHONE
    assert (pickle.loads(pickle.dumps(one)).phone, copy.deepcopy(one).phone) == (PHONE, PHONE)
    assert PHONE.encode() not in pickle.dumps(Person.objects.get(pk=one.pk))


def test_empty_and_isnull_can_be_asked() -> None:
    one, without = saved(), saved(phone="")
    assert list(Person.objects.filter(phone="")) == [without]
    assert list(Person.objects.exclude(phone="")) == [one]
    assert Person.objects.filter(phone__isnull=True).count() == 0


@pytest.mark.parametrize(
    "query",
    [
        {"phone": PHONE},
        {"phone": F("name")},
        {"phone__in": [PHONE]},
        {"phone__contains": "138"},
        {"phone__iexact": PHONE},
        {"phone__length": 11},
    ],
)
def test_searching_by_value_is_refused(query: dict[str, Any]) -> None:
    with pytest.raises(FieldError, match="search its blind index"):
        Person.objects.filter(**query).exists()


@pytest.mark.parametrize("value", [PHONE, F("name"), Value(PHONE)])
def test_update_is_refused(value: Any) -> None:
    one = saved()
    before = stored(one)
    with pytest.raises(SealError, match="save it"), transaction.atomic():
        Person.objects.filter(pk=one.pk).update(phone=value)
    assert stored(one) == before


def test_update_may_empty_the_field() -> None:
    one = saved()
    Person.objects.filter(pk=one.pk).update(phone="")
    assert stored(one) == ""


def test_bulk_update_is_refused() -> None:
    one = saved()
    one.phone = "13900139000"
    with pytest.raises(SealError, match="save it"):
        Person.objects.bulk_update([one], ["phone"])


def test_values_are_not_decrypted() -> None:
    saved()
    value = Person.objects.values_list("phone", flat=True).get()
    assert (type(value), repr(value)) == (Sealed, "<Sealed>")
    with pytest.raises(CipherError, match="read the field through its row"):
        str(value)


def test_a_number_is_refused() -> None:
    with pytest.raises(SealError, match="only text can be sealed, not int"):
        person(phone=13800138000).save()


def test_a_row_without_its_key_is_refused() -> None:
    one = person()
    one.pk = None
    with pytest.raises(SealError, match="needs its primary key before saving"):
        Person._meta.get_field("phone").pre_save(one, add=True)


def test_the_field_deconstructs_for_migrations() -> None:
    field = EncryptedTextField("手机", blank=True, default="")
    _name, path, args, kwargs = field.deconstruct()
    assert path == "gongqiao.foundation.crypto.fields.EncryptedTextField"
    assert (args, kwargs) == ([], {"verbose_name": "手机", "blank": True, "default": ""})


def test_checks_name_a_model_that_cannot_hold_the_field() -> None:
    class Counted(models.Model):
        text = EncryptedTextField(unique=True)

        class Meta:
            app_label = "crypto"
            apps = Apps()

    assert [found.id for found in Counted._meta.get_field("text").check()] == ["crypto.E001", "crypto.E002"]
    assert [found.id for found in Person._meta.get_field("phone").check()] == []

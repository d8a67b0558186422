import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from gongqiao.foundation.crypto import keyring, rotation
from gongqiao.foundation.crypto.errors import KeyRingError
from gongqiao.foundation.crypto.first_ring import make_ring, ring_before_migrate
from gongqiao.foundation.people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.data]
PHONES = [f"1380013800{digit}" for digit in range(7)]


@pytest.fixture
def people() -> list[Person]:
    moment = datetime(2025, 3, 1, tzinfo=UTC)
    rows = [Person(name="韦师傅", phone=phone, created_at=moment) for phone in PHONES]
    return Person.objects.bulk_create([*rows, Person(name="无号", created_at=moment)])


def phones() -> list[str]:
    return sorted(one.phone for one in Person.objects.all() if one.phone)


def spoil_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Person._meta.db_table} SET phone = 'clear' WHERE name = '无号'")


def run(*args: str) -> list[str]:
    out = io.StringIO()
    call_command("rotate_keys", *args, stdout=out, stderr=out)
    return out.getvalue().splitlines()


def test_a_new_key_leaves_the_old_values_readable(people: list[Person]) -> None:
    old, new = keyring.current().active, rotation.add_key()
    assert (phones(), keyring.current().active) == (PHONES, new)
    assert rotation.key_usage() == {old: 7, new: 0}


def test_reencrypt_moves_every_value_in_batches(people: list[Person]) -> None:
    old, new = keyring.current().active, rotation.add_key()
    seen: list[tuple[str, int]] = []
    assert rotation.reencrypt(batch=3, progress=lambda where, count: seen.append((where, count))) == 7
    assert seen == [("people.Person.phone", 3), ("people.Person.phone", 6), ("people.Person.phone", 7)]
    assert (rotation.key_usage(), phones()) == ({old: 0, new: 7}, PHONES)
    assert rotation.verify() == rotation.Verdict(7, ())


def test_reencrypt_cut_off_goes_on_where_it_stopped(people: list[Person]) -> None:
    rotation.add_key()

    def stop(where: str, count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.reencrypt(batch=3, progress=stop)
    assert rotation.reencrypt(batch=3) == 4
    assert rotation.reencrypt(batch=3) == 0
    assert phones() == PHONES


def test_reencrypt_refuses_an_empty_batch() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        rotation.reencrypt(batch=0)


def test_drop_unused_keeps_a_key_that_is_needed(people: list[Person]) -> None:
    old, new = keyring.current().active, rotation.add_key()
    assert rotation.drop_unused() == []
    rotation.reencrypt()
    assert rotation.drop_unused() == [old]
    assert (set(keyring.current().keys), phones()) == ({new}, PHONES)


def test_drop_unused_refuses_while_a_value_cannot_be_opened(people: list[Person]) -> None:
    rotation.add_key()
    rotation.reencrypt()
    spoil_one()
    with pytest.raises(KeyRingError, match="no key is dropped; first: people.person:phone:"):
        rotation.drop_unused()


def test_the_command_rotates_and_verifies(people: list[Person]) -> None:
    old = keyring.current().active
    lines = run("--batch", "4")
    new = keyring.current().active
    assert lines == [
        f"new active key: {new}",
        "people.Person.phone: 4 sealed again",
        "people.Person.phone: 7 sealed again",
        "sealed again: 7",
        *(f"key {key_id}: {7 if key_id == new else 0} values" for key_id in sorted([old, new])),
        "verified: 7 values open",
    ]


def test_the_command_resumes_verifies_and_drops(people: list[Person]) -> None:
    old, new = keyring.current().active, rotation.add_key()
    assert run("--resume")[0] == "people.Person.phone: 7 sealed again"
    assert run("--drop-unused")[0] == f"dropped: {old}"
    assert run("--verify") == [f"key {new}: 7 values", "verified: 7 values open"]


def test_the_command_fails_when_a_value_cannot_be_opened(people: list[Person]) -> None:
    spoil_one()
    with pytest.raises(CommandError, match="1 of 8 values cannot be opened"):
        run("--verify")


def test_the_command_refuses_an_empty_batch() -> None:
    with pytest.raises(CommandError, match="at least 1"):
        run("--batch", "0")


def test_the_first_migration_makes_a_ring_and_later_ones_keep_it(ring_file: Path) -> None:
    ring_file.unlink()
    ring_before_migrate(using="default")
    made = keyring.load(ring_file)
    ring_before_migrate(using="default")
    assert keyring.load(ring_file) == made


def test_a_lost_ring_is_not_replaced_over_encrypted_values(people: list[Person], ring_file: Path) -> None:
    ring_file.unlink()
    with pytest.raises(KeyRingError, match=r"people.Person.phone holds encrypted values: restore the key ring"):
        make_ring(ring_file, using="default")
    assert not ring_file.exists()

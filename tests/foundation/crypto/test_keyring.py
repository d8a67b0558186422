import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gongqiao.foundation.crypto import keyring
from gongqiao.foundation.crypto.errors import KeyRingError, KeyRingExists
from gongqiao.foundation.crypto.index import blind_index


def test_create_makes_a_file_only_its_owner_reads(ring_file: Path) -> None:
    assert stat.S_IMODE(ring_file.stat().st_mode) == 0o600
    assert [each.name for each in ring_file.parent.iterdir()] == ["keyring.json"]


def test_create_leaves_an_existing_ring_alone(ring_file: Path) -> None:
    before = ring_file.read_bytes()
    with pytest.raises(KeyRingExists, match="already"):
        keyring.create(ring_file)
    assert ring_file.read_bytes() == before


def test_create_by_many_at_once_makes_one_ring(tmp_path: Path) -> None:
    path = tmp_path / "raced.json"

    def attempt(_number: int) -> bool:
        try:
            keyring.create(path)
        except KeyRingExists:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1
    assert keyring.load(path).active in keyring.load(path).keys


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_load_refuses_a_file_that_others_may_read(ring_file: Path, mode: int) -> None:
    ring_file.chmod(mode)
    with pytest.raises(KeyRingError) as refusal:
        keyring.current()
    assert str(refusal.value) == f"{ring_file} can be read by others (mode {mode:03o}): run `chmod 600 {ring_file}`"


def test_load_names_the_cure_when_the_file_is_missing(ring_file: Path) -> None:
    ring_file.unlink()
    with pytest.raises(KeyRingError, match="restore it from its backup"):
        keyring.current()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"active": "gone"}, "the active key 'gone' is not among the keys"),
        ({"version": 9}, "version 9 is not known"),
        ({"keys": {"k1": "AAAA"}, "active": "k1"}, "key 'k1' must have 16 bytes, not 3"),
        ({"keys": {"a$b": "AAAA"}, "active": "a$b"}, "must be ASCII letters and digits"),
        ({"keys": {"k1": "%%"}, "active": "k1"}, "damaged"),
        ({"keys": None}, "damaged"),
        ({"index_key": "AAAA"}, "the index key must have 32 bytes, not 3"),
    ],
)
def test_load_refuses_a_damaged_ring(ring_file: Path, change: dict[str, object], why: str) -> None:
    ring_file.write_text(json.dumps({**json.loads(ring_file.read_text()), **change}))
    with pytest.raises(KeyRingError, match=why.replace("$", r"\$")):
        keyring.load(ring_file)


def test_change_replaces_the_ring_and_current_sees_it(ring_file: Path) -> None:
    before = keyring.current()
    keyring.change(ring_file, keyring.KeyRing.with_new_key)
    after = keyring.current()
    assert (set(before.keys) < set(after.keys), after.active != before.active) == (True, True)
    assert after.index_key == before.index_key
    assert stat.S_IMODE(ring_file.stat().st_mode) == 0o600


def test_changes_by_many_at_once_lose_no_key(ring_file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _number: keyring.change(ring_file, keyring.KeyRing.with_new_key), range(8)))
    assert {ring.active for ring in rings} < set(keyring.load(ring_file).keys)
    assert len(keyring.load(ring_file).keys) == 9


def test_change_of_a_missing_ring_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyRingError, match="there is no key ring"):
        keyring.change(tmp_path / "none.json", keyring.KeyRing.with_new_key)
    assert list(tmp_path.glob("none*")) == []


def test_current_reads_the_file_once_while_it_stays_the_same() -> None:
    assert keyring.current() is keyring.current()


def test_without_refuses_the_active_and_an_unknown_key() -> None:
    ring = keyring.current()
    with pytest.raises(KeyRingError, match="is active"):
        ring.without(ring.active)
    with pytest.raises(KeyRingError, match="has no key 'gone'"):
        ring.without("gone")


def test_without_takes_an_older_key_out() -> None:
    old = keyring.current()
    new = old.with_new_key()
    assert set(new.without(old.active).keys) == {new.active}


def test_a_ring_never_shows_its_keys() -> None:
    ring = keyring.current()
    assert repr(ring) == f"KeyRing(active={ring.active!r})"


def test_blind_index_is_equal_for_equal_values_only() -> None:
    index = blind_index("phone", "13800138000")
    assert (len(index), int(index, 16) >= 0) == (64, True)
    assert index == blind_index("phone", "13800138000")
    assert len({index, blind_index("phone", "13800138001"), blind_index("identity", "13800138000")}) == 3


def test_blind_index_differs_in_another_ring(ring_file: Path) -> None:
    index = blind_index("phone", "13800138000")
    os.unlink(ring_file)
    keyring.create(ring_file)
    assert blind_index("phone", "13800138000") != index


@pytest.mark.parametrize(("kind", "value"), [("", "1"), ("a\0b", "1"), ("phone", "")])
def test_blind_index_refuses_what_would_mix(kind: str, value: str) -> None:
    with pytest.raises(ValueError, match="blind index"):
        blind_index(kind, value)

"""The published vectors, and what a changed bit does."""

import pytest

from gongqiao.foundation.crypto import sm4
from gongqiao.foundation.crypto.errors import CipherError

KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
NONCE = bytes.fromhex("00001234567800000000abcd")
AAD = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
PLAIN = bytes.fromhex(
    "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffff"
    "eeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
)
CIPHER = bytes.fromhex(
    "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15"
    "a56834cbcf98c397b4024a2691233b8d"
)
TAG = bytes.fromhex("83de3541e4c2b58177e065a9bf7b62ec")


def test_sm4_gcm_gives_the_vector_of_rfc_8998() -> None:
    assert sm4.encrypt(KEY, PLAIN, AAD, NONCE) == NONCE + CIPHER + TAG


def test_sm4_gcm_opens_the_vector_of_rfc_8998() -> None:
    assert sm4.decrypt(KEY, NONCE + CIPHER + TAG, AAD) == PLAIN


def test_hmac_sm3_gives_the_vector_of_gm_t_0042() -> None:
    key = bytes(range(1, 0x26))  # key of 37 bytes, 50 times cd
    assert sm4.hmac_sm3(key, b"\xcd" * 50).hex() == "220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae"


@pytest.mark.parametrize("place", [0, sm4.NONCE_BYTES, -1])
def test_sm4_gcm_refuses_when_one_bit_of_nonce_text_or_tag_differs(place: int) -> None:
    blob = bytearray(sm4.encrypt(KEY, PLAIN, AAD))
    blob[place] ^= 1
    with pytest.raises(CipherError, match="changed, moved, or sealed with another key"):
        sm4.decrypt(KEY, bytes(blob), AAD)


def test_sm4_gcm_refuses_when_the_place_differs() -> None:
    with pytest.raises(CipherError):
        sm4.decrypt(KEY, sm4.encrypt(KEY, PLAIN, b"here"), b"there")


def test_sm4_gcm_refuses_what_is_too_short() -> None:
    with pytest.raises(CipherError, match="too short"):
        sm4.decrypt(KEY, b"x" * 27, AAD)


def test_two_encryptions_of_one_text_differ() -> None:
    assert sm4.encrypt(KEY, PLAIN, AAD) != sm4.encrypt(KEY, PLAIN, AAD)

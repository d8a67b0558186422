"""Encrypted files (backups): scrypt, then SM4-GCM over chunks of 1 MiB whose order and end are authenticated.

File: header (magic, scrypt cost, salt), then chunks of ciphertext + tag. The nonce is the chunk's number (the key is
new for each file), the AAD is the header and whether the chunk is the last: nothing can be cut, moved or added.
"""

import os
import struct
from typing import BinaryIO

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from gongqiao.foundation.crypto import sm4
from gongqiao.foundation.crypto.errors import CipherError

MAGIC = b"GONGQIAO-SM4\x01\n"
CHUNK_BYTES = 1024 * 1024
SALT_BYTES = 16
COST, BLOCKS, LANES = 15, 8, 1  # scrypt n = 2**15, r, p: 32 MiB, about 0.1 s (RFC 7914)
MOST_COST = 20
SHORTEST_PASSPHRASE = 12

_HEADER = struct.Struct(f">{len(MAGIC)}sBBB{SALT_BYTES}s")


class PassphraseError(CipherError):
    """The passphrase is too short, or not the one of this file."""


def encrypt_stream(src: BinaryIO, dst: BinaryIO, *, passphrase: str) -> int:
    """Copy `src` encrypted to `dst`; the number of clear bytes. Holds two chunks in memory."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise PassphraseError(f"the passphrase must have at least {SHORTEST_PASSPHRASE} characters")
    header = _HEADER.pack(MAGIC, COST, BLOCKS, LANES, os.urandom(SALT_BYTES))
    key = _key(passphrase, header)
    dst.write(header)
    total, number, chunk = 0, 0, _read(src, CHUNK_BYTES)
    while True:
        following = _read(src, CHUNK_BYTES) if len(chunk) == CHUNK_BYTES else b""
        blob = sm4.encrypt(key, chunk, _aad(header, last=not following), _nonce(number))
        dst.write(blob[sm4.NONCE_BYTES :])
        total += len(chunk)
        if not following:
            return total
        number, chunk = number + 1, following


def decrypt_stream(src: BinaryIO, dst: BinaryIO, *, passphrase: str) -> int:
    """Copy `src` decrypted to `dst`; the number of clear bytes.

    Raises PassphraseError or CipherError; what stands in `dst` then is worthless: write to a new file and keep it
    only when this returns.
    """
    header = _read(src, _HEADER.size)
    key = _key(passphrase, header)
    sealed_bytes = CHUNK_BYTES + sm4.TAG_BYTES
    total, number, sealed = 0, 0, _read(src, sealed_bytes)
    while True:
        following = _read(src, sealed_bytes) if len(sealed) == sealed_bytes else b""
        chunk = _open(key, header, number, sealed, last=not following)
        dst.write(chunk)
        total += len(chunk)
        if not following:
            return total
        number, sealed = number + 1, following


def _open(key: bytes, header: bytes, number: int, sealed: bytes, *, last: bool) -> bytes:
    try:
        return sm4.decrypt(key, _nonce(number) + sealed, _aad(header, last=last))
    except CipherError:
        if number == 0:
            raise PassphraseError(
                "the passphrase is wrong, or the file was changed or cut off at its beginning"
            ) from None
        raise CipherError(f"the file was changed or cut off after {number * CHUNK_BYTES} bytes") from None


def _key(passphrase: str, header: bytes) -> bytes:
    if len(header) < _HEADER.size or not header.startswith(MAGIC):
        raise CipherError("this is not an encrypted file of Gongqiao, or its header was changed")
    _magic, cost, blocks, lanes, salt = _HEADER.unpack(header)
    if not (1 <= cost <= MOST_COST and blocks == BLOCKS and lanes == LANES):
        raise CipherError("the file's header was changed: its scrypt cost is out of range")
    return Scrypt(salt=salt, length=sm4.KEY_BYTES, n=2**cost, r=blocks, p=lanes).derive(passphrase.encode())


def _nonce(number: int) -> bytes:
    return number.to_bytes(sm4.NONCE_BYTES, "big")


def _aad(header: bytes, *, last: bool) -> bytes:
    return header + (b"\x01" if last else b"\x00")


def _read(src: BinaryIO, size: int) -> bytes:
    """`size` bytes, fewer only at the end (pipes give less at a time)."""
    parts: list[bytes] = []
    while size and (part := src.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)

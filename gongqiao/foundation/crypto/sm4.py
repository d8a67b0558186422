"""SM4-GCM (RFC 8998) and HMAC-SM3 (GB/T 32905) over bytes; nothing here knows keys or rows."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from gongqiao.foundation.crypto.errors import CipherError

KEY_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16


def encrypt(key: bytes, plain: bytes, aad: bytes, nonce: bytes | None = None) -> bytes:
    """nonce + ciphertext + tag; the nonce is random (96 bit) unless given, and must never repeat under one key."""
    nonce = os.urandom(NONCE_BYTES) if nonce is None else nonce
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    return nonce + encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def decrypt(key: bytes, blob: bytes, aad: bytes) -> bytes:
    """The plain bytes of `encrypt`; raises CipherError when key, AAD or a single bit differs."""
    if len(blob) < NONCE_BYTES + TAG_BYTES:
        raise CipherError("the ciphertext is too short")
    nonce, body, tag = blob[:NONCE_BYTES], blob[NONCE_BYTES:-TAG_BYTES], blob[-TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(aad)
    try:
        return decryptor.update(body) + decryptor.finalize()
    except InvalidTag:
        raise CipherError("the ciphertext was changed, moved, or sealed with another key") from None


def hmac_sm3(key: bytes, message: bytes) -> bytes:
    """The 32-byte keyed digest."""
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(message)
    return mac.finalize()

"""A letter to a key: whoever has only the public half can seal, and cannot open even what he sealed himself.

ECDH on P-256 with a new pair for each letter, HKDF-SHA256, AES-256-GCM: what every browser has in WebCrypto, where SM2
and SM4 are not; ui/outbox.js writes the same.
"""

import base64
import binascii
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gongqiao.foundation.crypto.errors import CipherError

CURVE = ec.SECP256R1()
INFO = b"gongqiao desk box 1"
NONCE_BYTES = 12


@dataclass(frozen=True)
class Box:
    """What is sent: the letter's own public key, nonce and ciphertext, each in base64url."""

    ephemeral: str
    nonce: str
    content: str


def new_pair() -> tuple[str, str]:
    """Public half (an uncompressed point) and private half (a number), in base64url."""
    key = ec.generate_private_key(CURVE)
    return _public(key.public_key()), text_of(key.private_numbers().private_value.to_bytes(32, "big"))


def open_box(private: str, box: Box, aad: bytes) -> bytes:
    """The content; raises CipherError when it was changed, is of another entry, or was sealed for another key."""
    own = ec.derive_private_key(int.from_bytes(bytes_of(private), "big"), CURVE)
    try:
        sender = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, bytes_of(box.ephemeral))
        key = _key(own, sender, _public(sender), _public(own.public_key()))
        return AESGCM(key).decrypt(bytes_of(box.nonce), bytes_of(box.content), aad)
    except (InvalidTag, ValueError):
        raise CipherError("the box was changed, moved, or sealed for another key") from None


def close_box(public: str, content: bytes, aad: bytes) -> Box:
    """What the browser does."""
    once, nonce = ec.generate_private_key(CURVE), os.urandom(NONCE_BYTES)
    receiver = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, bytes_of(public))
    ephemeral = _public(once.public_key())
    sealed = AESGCM(_key(once, receiver, ephemeral, public)).encrypt(nonce, content, aad)
    return Box(ephemeral, text_of(nonce), text_of(sealed))


def _key(own: ec.EllipticCurvePrivateKey, other: ec.EllipticCurvePublicKey, ephemeral: str, public: str) -> bytes:
    salt = bytes_of(ephemeral) + bytes_of(public)
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=INFO).derive(own.exchange(ec.ECDH(), other))


def _public(key: ec.EllipticCurvePublicKey) -> str:
    return text_of(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def text_of(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """Raises ValueError for what is no base64url."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError(f"no base64url: {error}") from None

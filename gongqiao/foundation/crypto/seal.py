"""One encrypted value as text: `sm4$<key id>$<base64url(nonce + ciphertext + tag)>`, bound to its row and field."""

import base64
import binascii
from typing import Any

from gongqiao.foundation.crypto import keyring, sm4
from gongqiao.foundation.crypto.errors import CipherError, SealError

PREFIX = "sm4$"


class Sealed:
    """A ciphertext on its way between the database and a row; opened once, with the AAD of the place it stands in."""

    __slots__ = ("_aad", "_clear", "text")

    def __init__(self, text: str, clear: str | None = None, aad: bytes | None = None) -> None:
        self.text = text
        self._clear = clear
        self._aad = aad

    def open(self, aad: bytes) -> str:
        """The clear text; raises CipherError when it was sealed for another place."""
        if self._clear is None or self._aad != aad:
            self._clear, self._aad = open_text(self.text, aad), aad
        return self._clear

    def clear_if_opened(self) -> str | None:
        return self._clear

    def fits(self, aad: bytes) -> bool:
        """It was opened or sealed here; unopened ones are taken to stand where they were read."""
        return self._aad is None or self._aad == aad

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        raise CipherError("values() and annotations cannot decrypt: read the field through its row")

    def __repr__(self) -> str:
        return "<Sealed>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Sealed, (self.text,)


def seal_text(clear: str, aad: bytes) -> Sealed:
    """Seal under the active key."""
    ring = keyring.current()
    blob = sm4.encrypt(ring.key(ring.active), clear.encode(), aad)
    return Sealed(f"{PREFIX}{ring.active}${base64.urlsafe_b64encode(blob).decode()}", clear, aad)


def open_text(text: str, aad: bytes) -> str:
    """Open with the key the text names; raises CipherError (naming the place) or KeyRingError (key lost)."""
    scheme, _, rest = text.partition("$")
    key_id, _, body = rest.partition("$")
    where = aad.decode()
    if scheme != "sm4" or not key_id or not body:
        raise CipherError(f"{where}: what is stored is not a ciphertext of ours")
    key = keyring.current().key(key_id)
    try:
        blob = base64.b64decode(body, altchars=b"-_", validate=True)
        return sm4.decrypt(key, blob, aad).decode()
    except (CipherError, binascii.Error, UnicodeDecodeError) as why:
        raise CipherError(f"{where}: cannot be decrypted: {why}") from None


def place(label: str, field: str, pk: object) -> bytes:
    """The AAD of one cell; a row without a primary key cannot hold a sealed value yet."""
    if pk is None:
        raise SealError(
            f"{label}.{field}: the row needs its primary key before saving (use a UUIDField with a default)"
        )
    return f"{label}:{field}:{pk}".encode()

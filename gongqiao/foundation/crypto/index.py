"""Finding an encrypted value again: equal values have equal HMAC-SM3 digests, and nobody without the key can guess."""

from gongqiao.foundation.crypto import keyring
from gongqiao.foundation.crypto.sm4 import hmac_sm3


def blind_index(kind: str, value: str) -> str:
    """64 hex digits for a normalised `value`; `kind` keeps a phone and a number of equal digits apart.

    Raises ValueError for an empty kind or value (all empty values would be one) and for a kind with a NUL.
    """
    if not kind or "\0" in kind:
        raise ValueError(f"a blind index needs a kind without NUL, not {kind!r}")
    if not value:
        raise ValueError(f"an empty {kind} has no blind index")
    return hmac_sm3(keyring.current().index_key, f"{kind}\0{value}".encode()).hex()

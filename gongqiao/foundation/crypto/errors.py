"""What can go wrong with keys and ciphertexts; each text names the place and the cure."""


class CryptoError(Exception):
    """Base of all errors of this package."""


class KeyRingError(CryptoError):
    """The key ring file is missing, unsafe, damaged or lacks a key."""


class KeyRingExists(KeyRingError):
    """Another process made the key ring first; its ring is the ring."""


class CipherError(CryptoError):
    """A ciphertext cannot be opened: changed, moved to another row or field, or sealed with another key."""


class SealError(CryptoError):
    """A value cannot be sealed where it stands (no primary key yet, not a text, a bulk UPDATE)."""

"""How a key ring comes into the world: with the first migration of an empty database, never later by itself."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings

from gongqiao.foundation.crypto import keyring
from gongqiao.foundation.crypto.errors import KeyRingError, KeyRingExists
from gongqiao.foundation.crypto.rows import existing_fields, stored


def ring_before_migrate(*, using: str, **kwargs: Any) -> None:
    """Receiver of pre_migrate (sent once for every app): makes the missing ring."""
    path = Path(settings.GONGQIAO_KEYRING)
    if not path.exists():
        with suppress(KeyRingExists):  # two first migrations at once: either ring will do
            make_ring(path, using=using)


def make_ring(path: Path, *, using: str) -> None:
    """A new ring, unless the database holds ciphertexts: then the old one was lost and must be brought back."""
    for model, field in list(existing_fields(using)):
        if stored(model, field, using).exists():
            raise KeyRingError(
                f"there is no key ring at {path}, but {model._meta.label}.{field.name} holds encrypted values: "
                "restore the key ring that belongs to this database"
            )
    keyring.create(path)

"""Changing the data key: new key, every row sealed again in batches, verified, the old key dropped.

Interrupted at any point it goes on where it stopped: a row says by its key id whether it is done.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, models, transaction

from gongqiao.foundation.crypto import keyring
from gongqiao.foundation.crypto.errors import CryptoError, KeyRingError
from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.crypto.rows import encrypted_fields, existing_fields, stored
from gongqiao.foundation.crypto.seal import PREFIX, open_text, place, seal_text

Progress = Callable[[str, int], None]  # "people.Person.phone", cells sealed again so far


@dataclass(frozen=True, slots=True)
class Verdict:
    """`cells` that were opened, and for each that could not be, why."""

    cells: int
    faults: tuple[str, ...]


def add_key() -> str:
    """A new active key; values are sealed with it from now on, the older keys go on opening theirs."""
    return keyring.change(Path(settings.GONGQIAO_KEYRING), keyring.KeyRing.with_new_key).active


def reencrypt(*, batch: int = 500, using: str = DEFAULT_DB_ALIAS, progress: Progress | None = None) -> int:
    """Seal every cell that is not under the active key again; the number of cells written."""
    if batch < 1:
        raise ValueError(f"a batch must have at least one row, not {batch}")
    written = 0
    for model, field in encrypted_fields():
        written += _reencrypt_field(model, field, batch, using, progress)
    return written


def key_usage(*, using: str = DEFAULT_DB_ALIAS) -> Counter[str]:
    """Cells per key id, keys of the ring without cells included (0)."""
    usage: Counter[str] = Counter(dict.fromkeys(keyring.current().keys, 0))
    for model, field in encrypted_fields():
        for cell in stored(model, field, using).values_list("cell", flat=True).iterator(chunk_size=2000):
            usage[str(cell).split("$")[1] if str(cell).startswith(PREFIX) else "?"] += 1
    return usage


def verify(*, using: str = DEFAULT_DB_ALIAS) -> Verdict:
    """Open every cell of the database, before its next migration too."""
    cells, faults = 0, []
    for model, field in list(existing_fields(using)):
        for pk, cell in stored(model, field, using).values_list("pk", "cell").iterator(chunk_size=2000):
            cells += 1
            try:
                open_text(cell, _aad(model, field, pk))
            except CryptoError as why:
                faults.append(str(why))
    return Verdict(cells, tuple(faults))


def drop_unused(*, using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Take the keys out of the ring that no cell needs (the active one stays); refused while a cell cannot be opened.

    Run it when work begun before the rotation has ended (an open import may still commit under the older key), and
    keep the ring that was saved with each earlier backup: those still need the keys that go.
    """
    verdict = verify(using=using)
    if verdict.faults:
        raise KeyRingError(
            f"{len(verdict.faults)} cells cannot be opened, no key is dropped; first: {verdict.faults[0]}"
        )
    usage = key_usage(using=using)
    unused = sorted(key_id for key_id, cells in usage.items() if cells == 0 and key_id != keyring.current().active)
    if unused:
        keyring.change(Path(settings.GONGQIAO_KEYRING), lambda ring: reduce(keyring.KeyRing.without, unused, ring))
    return unused


def _reencrypt_field(
    model: type[models.Model], field: EncryptedTextField, batch: int, using: str, progress: Progress | None
) -> int:
    """Batch after batch in the order of the keys; a cell that a person changes meanwhile is left to the person."""
    written, last = 0, None
    while True:
        current = f"{PREFIX}{keyring.current().active}$"
        rows = stored(model, field, using).exclude(cell__startswith=current)
        page = list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", "cell")[:batch])
        if not page:
            return written
        with transaction.atomic(using=using):
            written += sum(_reseal(model, field, pk, cell, using) for pk, cell in page)
        last = page[-1][0]
        if progress is not None:
            progress(f"{model._meta.label}.{field.name}", written)


def _reseal(model: type[models.Model], field: EncryptedTextField, pk: Any, cell: str, using: str) -> int:
    """Write only over the ciphertext that was read."""
    aad = _aad(model, field, pk)
    sealed = seal_text(open_text(cell, aad), aad)
    return stored(model, field, using).order_by().filter(pk=pk, cell=cell).update(**{field.name: sealed})


def _aad(model: type[models.Model], field: EncryptedTextField, pk: Any) -> bytes:
    return place(model._meta.label_lower, field.name, pk)

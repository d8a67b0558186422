"""A file and its sealed pieces."""

import uuid

from django.db import models

from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.markets.models import MarketModel


class StoredFile(MarketModel):
    """Its content is sealed under `secret`, and that under the ring: changing the ring's key leaves the content alone,
    and a file whose key is gone is gone from every backup's reader too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    secret = EncryptedTextField(blank=True)  # of its content, in hex; empty once forgotten
    name = EncryptedTextField(blank=True, default="")
    kind = models.CharField(max_length=40)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(forgotten_at__isnull=True) | models.Q(secret=""), name="file_forgotten_has_no_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.size}"


class Piece(MarketModel):
    """One piece of the ciphertext; its number and whether it is the last are authenticated."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="file_piece_once")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.number}"

"""What somebody has filled so far on a page of ours; it goes once it is handed in."""

import uuid

from django.db import models

from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.needs.surveys.models.fieldwork import FieldTask


class SheetDraft(MarketModel):
    """One for each person asked: he goes on where he stopped, on another day and another phone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.OneToOneField(FieldTask, on_delete=models.CASCADE, related_name="draft")
    content = EncryptedTextField()  # the submission as it stands, XML
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.task_id)


class DraftFile(MarketModel):
    """A picture or a voice that the draft names."""

    draft = models.ForeignKey(SheetDraft, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "name"], name="draftfile_name")]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.pk}"

"""What has been filled so far on a page of ours; it goes once it is handed in."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.surveys.models.fieldwork import FieldTask, Wave
from gongqiao.needs.surveys.models.submissions import Submission


class SheetDraft(MarketModel):
    """One for each person asked, who goes on where he stopped, on another day and another phone (`task`); one for each
    paper that is being keyed (`paper`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.OneToOneField(FieldTask, on_delete=models.CASCADE, null=True, related_name="draft")
    content = EncryptedTextField()  # the submission as it stands, XML
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class DraftFile(MarketModel):
    """A picture or a voice that the draft names, or a picture of the paper itself (`scan`), which no answer names."""

    draft = models.ForeignKey(SheetDraft, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    scan = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "name"], name="draftfile_name")]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.pk}"


class Paper(MarketModel):
    """A form that was filled by hand and is being keyed: what stands at its head. Without a task it names nobody. One
    that was handed in and sent back `corrects` what came of it."""

    draft = models.OneToOneField(SheetDraft, on_delete=models.CASCADE, related_name="paper")
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="papers")
    task = models.OneToOneField(FieldTask, on_delete=models.CASCADE, null=True, related_name="paper")
    corrects = models.OneToOneField(Submission, on_delete=models.CASCADE, null=True, related_name="correction")
    asked_on = models.DateField(_("哪天问的"))
    collector = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("谁问的"))
    keyed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="papers", verbose_name=_("谁录的"))

    def __str__(self) -> str:
        return f"{self.wave_id} {self.pk}"

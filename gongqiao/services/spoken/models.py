"""A tongue, a thing to be read, and each recording of it."""

from django.db import models
from django.utils.functional import Promise

from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.services.spoken.enums import BuiltIn, ClipState
from gongqiao.services.spoken.places import BY_KEY


class Tongue(MarketModel):
    """A language of the ear. Those with a slot from the start get their row with their first recording."""

    code = models.SlugField(max_length=12)
    name = models.CharField(max_length=20, blank=True)  # of one that the manager added
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market", "code"], name="tongue_once")]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        return self.name or str(BuiltIn(self.code).label)


class Prompt(MarketModel):
    """What is read aloud on a page: its own instruction (no text here: the words stand in `places`), or a sentence of
    the market's own, which also stands on the page in writing."""

    key = models.CharField(max_length=20)
    place = models.CharField(max_length=20)
    text = models.CharField(max_length=200, blank=True)
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market", "key"], name="prompt_once")]

    def __str__(self) -> str:
        return self.key

    @property
    def own(self) -> bool:
        return bool(self.text)

    @property
    def says(self) -> str | Promise:
        return self.text or BY_KEY[self.place].says


class Clip(MarketModel):
    """One recording of one thing in one tongue; who spoke, that he agreed, who listened again before it was used."""

    prompt = models.ForeignKey(Prompt, on_delete=models.PROTECT, related_name="clips")
    tongue = models.ForeignKey(Tongue, on_delete=models.PROTECT, related_name="clips")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)  # its public address: the same words under the same name for ever
    seconds = models.PositiveSmallIntegerField()
    speaker = models.CharField(max_length=40)
    agreed_on = models.DateField()
    agreed_note = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=ClipState.choices, default=ClipState.WAITING)
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    heard_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    heard_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_note = models.CharField(max_length=120, blank=True)

    MOVES: Table = {
        ClipState.WAITING: frozenset({ClipState.LIVE, ClipState.REFUSED, ClipState.WITHDRAWN}),
        ClipState.LIVE: frozenset({ClipState.REPLACED, ClipState.WITHDRAWN}),
    }

    class Meta:
        constraints = [
            check_constraint("clip_state_known", ClipState),
            models.UniqueConstraint(
                fields=["prompt", "tongue"], condition=models.Q(state=ClipState.LIVE), name="clip_one_live"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ClipState.LIVE) | models.Q(heard_by__isnull=False, heard_at__isnull=False),
                name="clip_live_was_heard",
            ),
        ]
        indexes = [models.Index(fields=["market", "sha256"], name="clip_address")]

    def __str__(self) -> str:
        return f"{self.prompt_id} {self.tongue_id} {self.state}"

"""What is recorded, what is missing, and what a page plays."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.services.spoken.enums import BuiltIn, ClipState
from gongqiao.services.spoken.models import Clip, Prompt, Tongue
from gongqiao.services.spoken.places import BY_KEY, CALLS_IN, PIECES, PLACES, Place

WITH = ("prompt", "tongue", "file", "recorded_by", "heard_by", "ended_by")
MOST_ENDED = 30


def clips(actor: Membership) -> QuerySet[Clip]:
    """The market's recordings, for whoever works with them."""
    found: QuerySet[Clip] = Clip.objects.select_related(*WITH)
    return found if actor.may(Right.SPOKEN) else found.none()


def tongues() -> dict[str, str]:
    """Code → name of every tongue of the market in scope: those with a slot from the start, then its own by age."""
    found = {tongue.value: str(tongue.label) for tongue in BuiltIn}
    own = Tongue.objects.exclude(code__in=found).order_by("added_at", "pk")
    return found | {row.code: row.name for row in own}


def public(digest: str) -> Clip | None:
    """A recording that is in use, by the digest of its bytes: what nobody uses has no address."""
    found: Clip | None = Clip.objects.select_related("file").filter(sha256=digest, state=ClipState.LIVE).first()
    return found


@dataclass(frozen=True)
class Read:
    """What is read aloud on a page: the page's own words, and each thing with its recordings by tongue."""

    place: Place | None
    prompts: list[Prompt] = field(default_factory=list)

    @property
    def tongues(self) -> dict[str, str]:
        """In which something is recorded for this page."""
        return {clip.tongue.code: clip.tongue.label for prompt in self.prompts for clip in prompt.live}  # type: ignore[attr-defined]

    @property
    def own(self) -> list[Prompt]:
        return [prompt for prompt in self.prompts if prompt.own]

    def in_(self, tongue: str) -> list[tuple[Prompt, Clip | None]]:
        """Each thing with its recording in the tongue, else in 普通话, else none; the page's instruction first."""
        return [(prompt, _best(prompt, tongue)) for prompt in self.prompts]


def _best(prompt: Prompt, tongue: str) -> Clip | None:
    live = {clip.tongue.code: clip for clip in prompt.live}  # type: ignore[attr-defined]
    return live.get(tongue) or live.get(BuiltIn.CMN)


def heard_on(key: str) -> Read:
    """What a page says, in the market in scope: one query where nothing was ever recorded, two else."""
    if key not in BY_KEY:
        return Read(None)
    live = Clip.objects.filter(state=ClipState.LIVE).select_related("tongue").order_by("tongue__added_at", "tongue")
    rows = Prompt.objects.filter(place=key, dropped_at=None).prefetch_related(Prefetch("clips", live, to_attr="live"))
    return Read(BY_KEY[key], sorted(rows, key=lambda row: (row.own, row.pk)))


@dataclass(frozen=True)
class Slot:
    """One thing in one tongue: what is in use, what waits to be heard; `used`: whether anything ever plays it."""

    tongue: str
    name: str
    live: Clip | None = None
    waiting: list[Clip] = field(default_factory=list)
    used: bool = True

    @property
    def missing(self) -> bool:
        return self.used and self.live is None


@dataclass(frozen=True)
class Row:
    """One thing to be read, with a slot for each tongue; `prompt` where it has a row already."""

    key: str
    place: Place
    prompt: Prompt | None
    slots: list[Slot]

    @property
    def says(self) -> object:
        return self.prompt.says if self.prompt is not None else self.place.says

    @property
    def own(self) -> bool:
        return self.prompt is not None and self.prompt.own


def table(actor: Membership) -> list[Row]:
    """Every thing to be read × every tongue, recorded or missing."""
    if not actor.may(Right.SPOKEN):
        return []
    names = tongues()
    prompts = {row.key: row for row in Prompt.objects.filter(dropped_at=None).order_by("pk")}
    by_slot: dict[tuple[int, str], list[Clip]] = {}
    for clip in clips(actor).filter(state__in=[ClipState.LIVE, ClipState.WAITING]).order_by("recorded_at"):
        by_slot.setdefault((clip.prompt_id, clip.tongue.code), []).append(clip)
    built_in = [(place.key, place, prompts.get(place.key)) for place in (*PLACES, *PIECES)]
    own = [(row.key, BY_KEY[row.place], row) for row in prompts.values() if row.own]
    return [Row(key, place, prompt, _slots(place, prompt, names, by_slot)) for key, place, prompt in [*built_in, *own]]


def missing(rows: list[Row]) -> dict[str, int]:
    """Of each tongue by its name, how many recordings are missing."""
    found: dict[str, int] = {}
    for slot in (slot for row in rows for slot in row.slots):
        found[slot.name] = found.get(slot.name, 0) + slot.missing
    return found


def _slots(
    place: Place, prompt: Prompt | None, names: dict[str, str], found: dict[tuple[int, str], list[Clip]]
) -> list[Slot]:
    """The pieces of a called number are played in one tongue alone."""
    slots = []
    for code, name in names.items():
        here = found.get((prompt.pk, code), []) if prompt is not None else []
        live = next((clip for clip in here if clip.state == ClipState.LIVE), None)
        used = place not in PIECES or code == CALLS_IN
        slots.append(Slot(code, name, live, [clip for clip in here if clip.state == ClipState.WAITING], used))
    return slots


def ended(actor: Membership) -> QuerySet[Clip]:
    """The last that were replaced, refused or taken down: that they were, by whom and why; the sound is gone."""
    states = [ClipState.REPLACED, ClipState.REFUSED, ClipState.WITHDRAWN]
    return clips(actor).filter(state__in=states).order_by("-ended_at", "-pk")[:MOST_ENDED]


def digests(keys: Collection[str], tongue: str) -> dict[str, str]:
    """Of these things the recordings in use in one tongue: key → the digest that is its address; one query."""
    live = Clip.objects.filter(prompt__key__in=keys, prompt__dropped_at=None, tongue__code=tongue, state=ClipState.LIVE)
    return dict(live.values_list("prompt__key", "sha256"))

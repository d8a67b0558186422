"""Why one person was asked for one shift: the engine's rows of both as they stood, and what it said of them.

A dispatched day keeps its whole snapshot; an offer made by hand or from the waiting list keeps this.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, override

from gongqiao.engines.matching import Explanation
from gongqiao.foundation import clock
from gongqiao.foundation.language import first_language, other_languages
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import snapshot, words
from gongqiao.services.placement.snapshot import Snapshot


def of(shift: Shift, dossier: Dossier) -> dict[str, Any]:
    """`reasons` for staff, `worker` for himself, `unmet` where staff asked all the same; `rows` replay it."""
    day = shift.starts_at.astimezone(shift.market.tz).date()
    taken = snapshot.take(shift.market, day, moment=clock.now(), only=[dossier.pk], only_shift=shift.pk)
    if not taken.workers or not taken.shifts:
        return {}
    said = said_of(taken.market().explain(dossier.pk, shift.pk))
    return {**said, "snapshot": taken.digest(), "rows": taken.__dict__}


def said_of(explanation: Explanation) -> dict[str, Any]:
    """The engine's explanation in the words of both sides, in the first language; under the code of each other language
    the same in that one, since it is kept, and read on other screens than the one it was made on."""
    with first_language():
        said = {"score": explanation.score, **_words(explanation)}
    for code in other_languages():
        with override(code):
            said[code] = _words(explanation)
    return said


def _words(explanation: Explanation) -> dict[str, list[str]]:
    return {
        "reasons": words.reasons(explanation, to_worker=False),
        "worker": words.reasons(explanation, to_worker=True),
        "unmet": [words.unmet(miss) for miss in explanation.unmet],
    }


def spoken(said: Mapping[str, Any], name: str) -> list[str]:
    """`reasons`, `worker` or `unmet` of what was kept, in the language of the screen; in the first one where it was
    kept in no other."""
    found: list[str] = said.get(get_language() or "", said).get(name, [])
    return found


def replay(reasons: Mapping[str, Any], dossier: int, shift: int) -> dict[str, Any]:
    """What the engine says of the kept rows today; equal to what was said then while the score card is the same."""
    return said_of(Snapshot(**reasons["rows"]).market().explain(dossier, shift))

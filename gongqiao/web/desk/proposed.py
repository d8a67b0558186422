"""What an answer or an interview proposes to a file, in words, beside what stands there."""

from dataclasses import dataclass
from typing import Any

from gongqiao.needs.dossiers import words
from gongqiao.needs.dossiers.models import DossierValue
from gongqiao.needs.surveys.enums import ProposalState
from gongqiao.needs.surveys.models import DossierProposal


@dataclass(frozen=True)
class Proposed:
    """A proposal in words: what stands there, what would, from where each comes."""

    row: DossierProposal
    label: str
    before: str
    after: str
    standing: DossierValue | None  # what stands there this moment
    now_said: str

    @property
    def now(self) -> DossierValue | None:
        """What stands there, when it waits and somebody changed it since the person was asked."""
        waits = self.row.state == ProposalState.PENDING
        return self.standing if waits and self.standing is not None and self.standing.pk != self.row.base_id else None


def in_words(row: DossierProposal, standing: DossierValue | None) -> Proposed:
    kept = [each for each in (row.base, standing) if each is not None]
    homes = words.places([*kept, *_as_values(row)])

    def said(value: DossierValue | None) -> str:
        return words.of_value(row.field, value.value if value else None, homes)

    after = words.of_value(row.field, row.value, homes)
    return Proposed(row, words.label(row.field), said(row.base), after, standing, said(standing))


def _as_values(row: DossierProposal) -> list[Any]:
    return [row] if row.field == "home" else []

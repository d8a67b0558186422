"""Forms, field work, what came back, and what it proposes."""

from gongqiao.needs.surveys.models.drafts import DraftFile, Paper, SheetDraft
from gongqiao.needs.surveys.models.fieldwork import Attempt, Campaign, CollectorToken, FieldTask, Wave
from gongqiao.needs.surveys.models.forms import Form, FormMedia, FormVersion
from gongqiao.needs.surveys.models.proposals import DossierProposal, Proposal
from gongqiao.needs.surveys.models.submissions import Answer, Flag, Slot, Submission, SubmissionVersion

__all__ = [
    "Answer",
    "FieldTask",
    "Attempt",
    "Campaign",
    "CollectorToken",
    "DossierProposal",
    "DraftFile",
    "Flag",
    "Form",
    "FormMedia",
    "FormVersion",
    "Paper",
    "Proposal",
    "SheetDraft",
    "Slot",
    "Submission",
    "SubmissionVersion",
    "Wave",
]

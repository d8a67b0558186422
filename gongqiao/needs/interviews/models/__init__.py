"""Studies and their teams, talks and who took part, what was recorded and written, what was picked out of it."""

from gongqiao.needs.interviews.models.excerpts import Excerpt, ExcerptCode
from gongqiao.needs.interviews.models.studies import Code, Study, TeamMember, Words
from gongqiao.needs.interviews.models.talks import Participant, Phase, Recording, Talk, Transcript

__all__ = [
    "Code",
    "Excerpt",
    "ExcerptCode",
    "Participant",
    "Phase",
    "Recording",
    "Study",
    "Talk",
    "TeamMember",
    "Transcript",
    "Words",
]

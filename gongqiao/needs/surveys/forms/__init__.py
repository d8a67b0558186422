"""Questionnaires that come with the house, written by us as tables: read them, change them, put in your own."""

from typing import Any

from gongqiao.needs.surveys.enums import Subject
from gongqiao.needs.surveys.forms.employer_demand import EMPLOYER_DEMAND
from gongqiao.needs.surveys.forms.focus_group import FOCUS_GROUP
from gongqiao.needs.surveys.forms.followup import FOLLOWUPS
from gongqiao.needs.surveys.forms.satisfaction import EMPLOYER_SATISFACTION, WORKER_SATISFACTION
from gongqiao.needs.surveys.forms.worker_needs import WORKER_NEEDS

Sheets = dict[str, list[dict[str, Any]]]
BUILT_IN: dict[str, tuple[Sheets, Subject]] = {
    "worker_needs": (WORKER_NEEDS, Subject.WORKER),
    "employer_demand": (EMPLOYER_DEMAND, Subject.EMPLOYER),
    "worker_satisfaction": (WORKER_SATISFACTION, Subject.WORKER),
    "employer_satisfaction": (EMPLOYER_SATISFACTION, Subject.EMPLOYER),
    "followup_30": (FOLLOWUPS[30], Subject.WORKER),
    "followup_90": (FOLLOWUPS[90], Subject.WORKER),
    "focus_group": (FOCUS_GROUP, Subject.GROUP),
}


def title_of(code: str) -> str:
    return str(BUILT_IN[code][0]["settings"][0]["form_title"])


__all__ = [
    "BUILT_IN",
    "EMPLOYER_DEMAND",
    "EMPLOYER_SATISFACTION",
    "FOCUS_GROUP",
    "FOLLOWUPS",
    "WORKER_NEEDS",
    "WORKER_SATISFACTION",
    "title_of",
]

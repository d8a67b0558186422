"""The survey standard: ODK XForms loaded, answered, checked, written and read back. No Django, no clock, no network."""

from gongqiao.engines.xforms.errors import AnswerError, SubmissionError, XFormError, XPathError
from gongqiao.engines.xforms.loader import load
from gongqiao.engines.xforms.model import Form
from gongqiao.engines.xforms.session import Problem, Question, Section, Session

__all__ = [
    "AnswerError",
    "Form",
    "Problem",
    "Question",
    "Section",
    "Session",
    "SubmissionError",
    "XFormError",
    "XPathError",
    "load",
]

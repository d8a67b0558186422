"""Which employer an answer is of: told by the channel, by the number of the posting he speaks of, or by his own."""

from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings.models import Posting
from gongqiao.needs.surveys.enums import Subject
from gongqiao.needs.surveys.models import Submission
from gongqiao.needs.surveys.reading import Reading

POSTING_NO, EMPLOYER_NO = "posting_no", "employer_no"  # properties that a question saves to


def firm_of(submission: Submission, said: Reading, *, told: Employer | None) -> Employer | None:
    """None for a form that asks nobody's demand, without consent, and where two numbers speak of two employers."""
    if submission.form.subject != Subject.EMPLOYER or said.consented is False:
        return None
    posting = posting_of(said)
    numbered = Employer.objects.filter(pk=whole(said.saved.get(EMPLOYER_NO, ""))).first()
    named = {firm.pk: firm for firm in (posting.employer if posting else None, numbered) if firm is not None}
    if told is not None:
        return told
    if named:
        return next(iter(named.values())) if len(named) == 1 else None
    return submission.employer


def posting_of(said: Reading) -> Posting | None:
    """The posting whose number was written, whosever it is."""
    found: Posting | None = (
        Posting.objects.filter(pk=whole(said.saved.get(POSTING_NO, ""))).select_related("employer", "market").first()
    )
    return found


def whole(text: str) -> int:
    """0, which is nothing's number, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else 0

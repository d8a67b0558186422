"""Papers that come back to a keyer: one that was sent back to be corrected, and one that a colleague left behind."""

from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongqiao.engines.xforms import submission as sheet
from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.files import actions as files
from gongqiao.foundation.files import queries as stored
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.surveys.actions.intake import ATTACHED
from gongqiao.needs.surveys.actions.keying import check_takes_papers
from gongqiao.needs.surveys.enums import SubmissionState
from gongqiao.needs.surveys.models import Paper, SheetDraft, Submission
from gongqiao.needs.surveys.queries import left_behind


@transaction.atomic
def reopen(submission: Submission, *, by: Membership) -> Paper:
    """A keyed answer that was sent back lies on the desk again as it was handed in, with its files; the pictures of the
    paper stay where they are. Handed in, it is the next version. The paper that is open already, when it is `by`'s."""
    check_may(by, Right.SURVEY_COLLECT, submission)
    held = Submission.objects.select_for_update().get(pk=submission.pk)
    check_reopens(held)
    wave = held.wave
    assert wave is not None, "a keyed answer is of a wave"
    check_takes_papers(wave, by=by)
    open_one = Paper.objects.filter(corrects=held).first()
    if open_one is not None:
        if open_one.keyed_by_id != by.pk:
            raise Refused(_("别的同事正在改这一份。"))
        return open_one
    newest = held.versions.select_related("raw", "version").latest("number")
    if newest.version_id != wave.version_id:
        raise Refused(_("这一轮后来换了表，这一份改不了：请重新录一份，原来的那份判为不能用。"))
    moment = clock.now()
    draft = SheetDraft.objects.create(
        market=held.market, content=_next_version(stored.content(newest.raw)), started_at=moment, saved_at=moment
    )
    for slot in held.slots.filter(scan=False).select_related("file"):
        if slot.file is not None:
            file = files.keep(held.market, slot.name, stored.content(slot.file), allowed=ATTACHED)
            draft.files.create(market=held.market, name=slot.name, file=file)
    facts = {"asked_on": held.filled_on, "collector": held.collector, "keyed_by": by}
    try:
        with transaction.atomic():
            paper = Paper.objects.create(
                market=held.market, draft=draft, wave=wave, task=held.task, corrects=held, **facts
            )
    except IntegrityError:  # somebody keys another paper of his
        raise Refused(_("他的这一份已经有人在录。")) from None
    audit.record("survey.paper_reopened", held, by=by, number=newest.number)
    return paper


def check_reopens(submission: Submission) -> None:
    """Only what was keyed and sent back."""
    if submission.keyed_by_id is None:
        raise Refused(_("这份答卷不是录的纸表，请在填的地方改。"))
    if submission.state != SubmissionState.NEEDS_CORRECTION:
        raise Refused(_("现在是“%(here)s”，没有退回来改。") % {"here": submission.get_state_display()})


@transaction.atomic
def take_over(paper: Paper, *, by: Membership) -> None:
    """Whoever keyed it is no longer at his post: a colleague goes on with it."""
    found = Paper.objects.select_for_update(of=("self",)).select_related("keyed_by", "wave__campaign", "wave__version")
    held = found.filter(pk=paper.pk).first()
    if held is None:
        raise Stale
    check_takes_papers(held.wave, by=by)
    if not left_behind(held):
        raise Refused(_("这份纸表是别的同事在录。"))
    before, held.keyed_by = held.keyed_by, by
    held.save(update_fields=["keyed_by"])
    audit.record("survey.paper_taken_over", held, by=by, keyed_by=before.title)


def _next_version(content: bytes) -> str:
    """The same answers under an id of their own."""
    root = sheet.read(content)
    meta = root.child("meta")
    instance = meta.child("instanceID") if meta is not None else None
    assert instance is not None, "it was taken in"
    instance.text = f"uuid:{uuid4()}"
    return sheet.write(root).decode()

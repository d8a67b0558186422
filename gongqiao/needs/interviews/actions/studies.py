"""A study, its team, its words of consent and its code book."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.lengths import check_lengths
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.interviews import queries, rules
from gongqiao.needs.interviews.enums import StudyState
from gongqiao.needs.interviews.models import Code, Study, TeamMember, Words


@dataclass(frozen=True)
class StudyFacts:
    title: str
    purpose: str
    guide: str
    words: str  # of consent


@transaction.atomic
def start(facts: StudyFacts, *, by: Membership) -> Study:
    """Whoever starts it leads it; nobody else sees it until he names them."""
    check_may(by, Right.STUDY_START)
    moment = clock.now()
    title = rules.check_words(facts.title, needed=_("请写名称。"), most=80)
    purpose = rules.check_words(facts.purpose, needed=_("请写为什么问。"), most=1000)
    guide = rules.check_words(facts.guide, needed=_("请写提纲。"), most=4000)
    study = Study.objects.create(
        market=by.market, title=title, purpose=purpose, guide=guide, started_by=by, started_at=moment
    )
    TeamMember.objects.create(market=by.market, study=study, post=by, lead=True, since=moment, named_by=by)
    _put(study, facts.words)
    audit.record("study.started", study, by=by)
    return study


@transaction.atomic
def put_words(study: Study, text: str, *, by: Membership) -> Words:
    """The next version of the words of consent; what was agreed to stays with the words it was agreed to."""
    rules.check_leads(by, study)
    rules.check_works(by, study)
    row = _put(study, text)
    audit.record("study.words_put", study, by=by, version=row.number)
    return row


def _put(study: Study, text: str) -> Words:
    words = rules.check_words(text, needed=_("请写同意书的话。"), most=2000)
    last = lock(study).words.order_by("-number").first()
    if last is not None and last.text == words:
        raise Refused(_("跟现在的第 %(version)s 版一样。") % {"version": last.number})
    return Words.objects.create(
        market_id=study.market_id, study=study, number=last.number + 1 if last else 1, text=words, at=clock.now()
    )


def lock(study: Study) -> Study:
    """Whatever is numbered within a study is numbered under this lock (SQLite: the transaction is the lock)."""
    return Study.objects.select_for_update().get(pk=study.pk)


@transaction.atomic
def name_member(study: Study, post: Membership, *, by: Membership, lead: bool = False) -> TeamMember:
    """By a lead. When no lead works here any more, a manager names one, but never himself."""
    _check_names(study, post, by)
    if post.pk not in {each.pk for each in queries.colleagues(by)}:
        raise Refused(_("他的岗位不做访谈。"))
    lock(study)
    known = rules.member(post, study)
    if known is not None and known.lead == lead:
        raise Refused(_("他已经在组里。"))
    if known is not None:
        _check_leads_left(study, but=known if not lead else None)
        TeamMember.objects.filter(pk=known.pk).update(lead=lead)
        known.lead = lead
    row = known or TeamMember.objects.create(
        market=by.market, study=study, post=post, lead=lead, since=clock.now(), named_by=by
    )
    audit.record("study.member_named", study, by=by, post=post.pk, lead=lead)
    return row


def _check_names(study: Study, post: Membership, by: Membership) -> None:
    here = {each.pk for each in queries.colleagues(by)}
    led = any(row.lead and row.post_id in here for row in queries.team(study))
    if led or not by.may(Right.STAFF_MANAGE):
        rules.check_leads(by, study)
        return
    check_may(by, Right.STAFF_MANAGE, study)
    if post.pk == by.pk:
        raise Refused(_("不能把自己定进去，请定另一个人负责。"))


@transaction.atomic
def drop_member(study: Study, post: Membership, *, by: Membership) -> None:
    """From now on he sees nothing of it; one lead must be left."""
    rules.check_leads(by, study)
    lock(study)
    row = rules.member(post, study)
    if row is None:
        raise Refused(_("他不在组里。"))
    _check_leads_left(study, but=row)
    if TeamMember.objects.filter(pk=row.pk, until=None).update(until=clock.now()) != 1:
        raise Stale
    audit.record("study.member_dropped", study, by=by, post=post.pk)


def _check_leads_left(study: Study, *, but: TeamMember | None) -> None:
    if but is not None and not any(row.lead and row.pk != but.pk for row in queries.team(study)):
        raise Refused(_("要留一个负责人：先定别人负责。"))


@transaction.atomic
def close(study: Study, *, by: Membership) -> None:
    rules.check_leads(by, study)
    states.move(study, to=StudyState.CLOSED)
    audit.record("study.closed", study, by=by)


@transaction.atomic
def reopen(study: Study, *, by: Membership) -> None:
    rules.check_leads(by, study)
    states.move(study, to=StudyState.OPEN)
    audit.record("study.reopened", study, by=by)


@transaction.atomic
def add_code(study: Study, name: str, definition: str, *, by: Membership) -> Code:
    """A code has words that say what counts as it, so that two people code alike."""
    rules.check_works(by, study)
    lock(study)
    said = rules.check_words(name, needed=_("请写编码的名字。"), most=40)
    what = rules.check_words(definition, needed=_("请写什么话算这个编码。"), most=300)
    if Code.objects.filter(study=study, name=said).exists():
        raise Refused(_("已经有“%(name)s”这个编码。") % {"name": said})
    row = Code.objects.create(market=by.market, study=study, name=said, definition=what)
    audit.record("study.code_added", study, by=by, code=row.pk)
    return row


@transaction.atomic
def merge_code(code: Code, into: Code, *, by: Membership) -> None:
    """Counts as `into` from now on; nothing that was coded is changed, so it can be taken apart again."""
    rules.check_works(by, code.study)
    if into.study_id != code.study_id:
        raise Refused(_("那不是这个课题的编码。"))
    lock(code.study)
    if queries.roots(code.study)[into.pk].pk == code.pk:
        raise Refused(_("“%(name)s”已经算作它了。") % {"name": into.name})
    if Code.objects.filter(pk=code.pk, merged_into=None).update(merged_into=into) != 1:
        raise Refused(_("它已经并到别的编码，先拆开。"))
    code.merged_into = into
    audit.record("study.code_merged", code.study, by=by, code=code.pk, into=into.pk)


@transaction.atomic
def split_code(code: Code, *, by: Membership) -> None:
    """Takes a merge back."""
    rules.check_works(by, code.study)
    if Code.objects.filter(pk=code.pk, merged_into__isnull=False).update(merged_into=None) != 1:
        raise Refused(_("它没有并到别的编码。"))
    code.merged_into = None
    audit.record("study.code_split", code.study, by=by, code=code.pk)


@transaction.atomic
def redefine_code(code: Code, definition: str, *, by: Membership) -> None:
    rules.check_works(by, code.study)
    what = rules.check_words(definition, needed=_("请写什么话算这个编码。"), most=300)
    check_lengths(Code, definition=what)
    Code.objects.filter(pk=code.pk).update(definition=what)
    code.definition = what
    audit.record("study.code_redefined", code.study, by=by, code=code.pk)


def next_number(rows: object, field: str = "number") -> int:
    """One more than the highest of a queryset; under the study's lock."""
    return int(rows.aggregate(last=Max(field))["last"] or 0) + 1  # type: ignore[attr-defined]

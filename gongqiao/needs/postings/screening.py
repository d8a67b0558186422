"""Holding a posting against the lint rules: from model rows to the rules' own draft, and what the findings mean."""

from datetime import date

from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.needs.postings.lint import Finding, PostingDraft, Severity, lint, missing_elements
from gongqiao.needs.postings.models import Posting


def draft_of(posting: Posting) -> PostingDraft:
    """The facts and texts the rules look at."""
    shifts = list(posting.shifts.all()) if posting.pk else []
    longest = max((shift.minutes for shift in shifts), default=0)
    zone = posting.market.tz
    trade = catalogue().trades.get(posting.trade)
    return PostingDraft(
        texts={
            "title": posting.title,
            "content": posting.content,
            "conditions": posting.conditions,
            "place": posting.place,
            "meals": posting.meals,
            "travel": posting.travel,
            "insurance": posting.insurance,
        },
        employer=posting.employer.organisation.name,
        place=posting.place or (posting.region.name if posting.region else ""),
        valid_until=posting.valid_until,
        headcount=max((shift.headcount for shift in shifts), default=None),
        pay_fen=posting.pay_fen,
        pay_unit=posting.pay_unit,
        pay_when=posting.pay_when,
        hours_per_day=longest / 60 if longest else None,
        trade_code=posting.trade,
        hazardous=bool(trade and trade.hazardous),
        shifts=tuple((s.starts_at.astimezone(zone), s.ends_at.astimezone(zone)) for s in shifts),
    )


def findings(posting: Posting) -> tuple[Finding, ...]:
    """All that the rules say of this posting today. Unknown local minimum pay is said, never guessed."""
    today = clock.now().astimezone(posting.market.tz).date()
    return lint(draft_of(posting), today=today, minimum_pay=None)


def check_can_submit(posting: Posting) -> None:
    """Nothing that must be refused goes on to verification; the first reason is given with its law."""
    check_draft(draft_of(posting), today=clock.now().astimezone(posting.market.tz).date())


def check_draft(draft: PostingDraft, *, today: date) -> None:
    """As `check_can_submit`, of demand that is not a row yet: a sheet is told before it is brought in."""
    missing = missing_elements(draft)
    if missing:
        names = _("、").join(element.label for element in missing)
        raise Refused(_("还缺：%(names)s（人力资源市场暂行条例第二十四条）。") % {"names": names})
    for finding in lint(draft, today=today, minimum_pay=None):
        if finding.severity == Severity.REFUSE:
            laws = _("；").join(finding.law)
            raise Refused(
                _("“%(quote)s”不能写：%(why)s（%(law)s）")
                % {
                    "quote": finding.quote,
                    "why": finding.why_zh,
                    "law": laws,
                }
            )


def check_decided(posting: Posting, decisions: dict[str, str]) -> None:
    """Findings that a specialist must decide each need a ground in words."""
    for finding in findings(posting):
        if finding.severity == Severity.REFUSE:
            raise Refused(_("还有不能发布的写法，请先改：%(why)s") % {"why": finding.why_zh})
        if finding.severity == Severity.DECIDE and not decisions.get(finding.rule_id, "").strip():
            raise Refused(_("请写明理由：%(why)s") % {"why": finding.why_zh})

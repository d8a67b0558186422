"""Holding a posting against the lint rules: from model rows to the rules' own draft, and what the findings mean."""

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.money import pay_words
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.needs.postings.enums import ShiftState
from gongqiao.needs.postings.lint import Finding, MinimumPay, PostingDraft, Severity, lint, missing_elements
from gongqiao.needs.postings.minimum_pay import known_minimum
from gongqiao.needs.postings.models import Posting


def draft_of(posting: Posting) -> PostingDraft:
    """The facts and texts the rules look at."""
    shifts = [shift for shift in posting.shifts.all() if shift.state == ShiftState.OPEN] if posting.pk else []
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
        at_least=max((shift.at_least for shift in shifts), default=1),
        pay_fen=posting.pay_fen,
        pay_unit=posting.pay_unit,
        pay_when=posting.pay_when,
        hours_per_day=longest / 60 if longest else None,
        trade_code=posting.trade,
        hazardous=bool(trade and trade.hazardous),
        shifts=tuple((s.starts_at.astimezone(zone), s.ends_at.astimezone(zone)) for s in shifts),
        breaks=tuple(s.break_minutes for s in shifts),
    )


def minimum_of(posting: Posting) -> MinimumPay | None:
    """The minimum wage where and when the work is, as far as it is known: the province's, on the first day of work."""
    zone = posting.market.tz
    starts = [shift.starts_at for shift in posting.shifts.all() if shift.state == ShiftState.OPEN] if posting.pk else []
    day = min(starts, default=clock.now()).astimezone(zone).date()
    return known_minimum(posting.region_id, day)


def minimum_words(posting: Posting) -> str:
    """What the pay was held against, in a sentence; what is not known is said."""
    known = minimum_of(posting)
    if known is None or known.month_fen is None:
        return _("当地最低工资不知道（没写地点，或没有那一天的标准），没有比过。")
    place = known.place_en if _in_english() else known.place
    hour = pay_words(known.hour_fen, "hour") if known.hour_fen else _("小时标准不知道")
    said = _("%(place)s最低一档 %(month)s，%(hour)s；是哪一档要看县区。") % {
        "place": place,
        "month": pay_words(known.month_fen, "month"),
        "hour": hour,
    }
    return said + _("按件给的钱没法比。") if posting.pay_unit == "piece" else said


def findings(posting: Posting) -> tuple[Finding, ...]:
    """All that the rules say of this posting today. Unknown local minimum pay is said, never guessed."""
    today = clock.now().astimezone(posting.market.tz).date()
    return lint(draft_of(posting), today=today, minimum_pay=minimum_of(posting))


def _in_english() -> bool:
    return (get_language() or "").startswith("en")


def why(finding: Finding) -> str:
    """Why not, in the reader's language."""
    return finding.why_en if _in_english() else finding.why_zh


def words(finding: Finding) -> str:
    """A finding in the reader's language: what is written, why not, by which law, what to write instead."""
    english = _in_english()
    said = {
        "quote": _("”“").join(finding.quotes),
        "why": why(finding),
        "law": _("；").join(finding.law_en if english else finding.law),
        "instead": finding.suggestion_en if english else finding.suggestion_zh,
    }
    if finding.quote:
        return _("“%(quote)s”：%(why)s（%(law)s）可以写成：%(instead)s") % said
    return _("%(why)s（%(law)s）可以写成：%(instead)s") % said


def check_can_submit(posting: Posting) -> None:
    """Nothing that must be refused goes on to verification; each reason is given with its law and a legal wording."""
    today = clock.now().astimezone(posting.market.tz).date()
    check_draft(draft_of(posting), today=today, minimum_pay=minimum_of(posting))


def check_draft(draft: PostingDraft, *, today: date, minimum_pay: MinimumPay | None) -> None:
    """As `check_can_submit`, of demand that is not a row yet: a sheet is told before it is brought in."""
    missing = missing_elements(draft)
    if missing:
        names = _("、").join(element.label_en if _in_english() else element.label for element in missing)
        raise Refused(_("还缺：%(names)s（人力资源市场暂行条例第二十四条）。") % {"names": names})
    found = lint(draft, today=today, minimum_pay=minimum_pay)
    forbidden = [words(finding) for finding in found if finding.severity == Severity.REFUSE]
    if forbidden:
        raise Refused(_("不能这样写：%(reasons)s") % {"reasons": "\n".join(forbidden)})


def check_decided(posting: Posting, decisions: dict[str, str]) -> None:
    """Findings that a specialist must decide each need a ground in words."""
    for finding in findings(posting):
        if finding.severity == Severity.REFUSE:
            raise Refused(_("还有不能发布的写法，请先改：%(why)s") % {"why": words(finding)})
        if finding.severity == Severity.DECIDE and not decisions.get(finding.rule_id, "").strip():
            raise Refused(_("请写明理由：%(why)s") % {"why": words(finding)})

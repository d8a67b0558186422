"""All that a market holds about one person, and what the law obliges it to keep."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongqiao.foundation.audit import queries as audit
from gongqiao.foundation.audit.actions import key as audit_key
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.consent.models import ConsentRecord
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.people.models import Person
from gongqiao.needs.dossiers import queries as dossiers
from gongqiao.needs.dossiers import words
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.feedback.enums import OPEN, Category, Channel, Outcome
from gongqiao.needs.feedback.models import Ticket
from gongqiao.needs.feedback.queries import visible_to as tickets_of
from gongqiao.needs.surveys.models import Submission
from gongqiao.services.lending.enums import LoanState
from gongqiao.services.lending.models import Loan
from gongqiao.services.mydata.models import PunchNote
from gongqiao.services.placement.enums import State, WageState
from gongqiao.services.placement.models import Assignment, Rating, WageRecord
from gongqiao.services.placement.refusals import refused_by

WAGE_YEARS = 3  # 保障农民工工资支付条例 第十五条: the wage ledger
LEDGER_YEARS = 2  # 人力资源市场暂行条例 第三十三条 and its rules: the ledger of services
SCHEMA = "gongqiao.mydata/1"
READINGS = ("dossier.read", "survey.answer_read", "ticket.read")
# What is done with a ticket and stands on it for the person to read: what he is answered and what is done in his name,
# not what staff tell one another or ask the employer.
TICKET_ACTS = tuple(
    f"ticket.{act}"
    for act in (
        *("filed", "replied", "rated", "reopened", "offer_answered", "offer_handed"),
        *("assigned", "released", "answered", "transcribed", "sorted", "escalated", "told"),
        *("approval_asked", "sent_back", "resolved", "called_back", "closed"),
    )
)
BY_HIS_PHONE = (Channel.PAGE, Channel.MINI)  # a ticket's own code lets him act without his name

Row = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """What stays for a while after a deletion, until which day, by which rule."""

    what: str
    until: date
    law: str


def own(actor: Membership) -> Dossier:
    """The file of the worker who asks, or of nobody."""
    found = dossiers.visible_to(actor).first() if actor.role == Role.WORKER else None
    if found is None:
        raise Refused(_("您在这里还没有档案。"))
    return dossiers.opened(actor, found.pk)


def whole(actor: Membership, moment: datetime) -> Row:
    """Everything, machine-readable, each value with who said so and when; only his own (PIPL 45)."""
    dossier = own(actor)
    person = dossier.person
    facts = {
        "schema": SCHEMA,
        "market": {"code": actor.market.code, "name": actor.market.name, "phone": actor.market.phone},
        "made_at": moment.astimezone(actor.market.tz).isoformat(timespec="seconds"),
        "person": _person(dossier),
        "values": _values(dossier),
        "skills": [
            {"trade": row.trade, "level": row.level, "evidence": row.evidence, **_said(row)}
            for row in dossier.skills.all()
        ],
        "certificates": [
            {"kind": row.kind, "number": row.number, "expires_on": _day(row.expires_on), **_said(row)}
            for row in dossier.certificates.all()
        ],
        "days": [
            {"day": row.day.isoformat(), "hours": row.hours, "note": row.note} for row in dossier.exceptions.all()
        ],
        "consents": _consents(person),
        "refused_employers": refused_by(dossier),
        "work": _work(person),
        "punches": _punches(person),
        "tickets": _tickets(person),
        "surveys": _surveys(dossier),
    }
    return {**facts, "sha256": digest(facts)}


def digest(facts: Row) -> str:
    """SHA-256 of the canonical JSON: sorted keys, no spaces, UTF-8; `sha256` itself left out."""
    told = {name: value for name, value in facts.items() if name != "sha256"}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _person(dossier: Dossier) -> Row:
    person = dossier.person
    return {
        "name": person.name,
        "phone": person.phone,
        "identity": person.identity,
        "birth": _day(person.birth_date),
        "file_no": dossier.number,
        "registered_at": dossier.registered_at.isoformat(),
        "personalised": dossier.personalised,
    }


def _values(dossier: Dossier) -> list[Row]:
    current = {value.field: value for value in dossier.current_values}  # type: ignore[attr-defined]
    homes = words.places(current.values())
    return [
        {
            "field": name,
            "label": words.label(name),
            "value": current[name].value,
            "words": words.of_value(name, current[name].value, homes),
            "fresh_until": _day(current[name].fresh_until),
            **_said(current[name]),
        }
        for name in words.NAMES
        if name in current
    ]


def _said(row: Any) -> Row:
    told = {"source": row.source, "source_words": row.get_source_display()}
    return {**told, "as_of": _day(row.as_of), "by": row.by.title}


def _consents(person: Person) -> list[Row]:
    rows = ConsentRecord.objects.filter(person=person).select_related("text").order_by("given_at", "pk")
    return [
        {
            "purpose": row.text.purpose,
            "version": row.text.version,
            "text": row.text.text,
            "given_at": row.given_at.isoformat(),
            "withdrawn_at": _moment(row.withdrawn_at),
            "channel": row.channel,
        }
        for row in rows
    ]


def _work(person: Person) -> list[Row]:
    rows = Assignment.objects.filter(person=person).select_related("shift__posting__employer", "wage")
    given = {row.assignment_id: row.face for row in Rating.objects.filter(assignment__person=person, side="worker")}
    return [
        {
            "employer": row.shift.posting.employer.short_name,
            "title": row.shift.posting.title,
            "starts_at": row.starts_at.isoformat(),
            "ends_at": row.ends_at.isoformat(),
            "state": row.state,
            "channel": row.channel,
            "decline": row.decline,
            "worker_minutes": row.worker_minutes,
            "employer_minutes": row.employer_minutes,
            "reasons": row.reasons,
            "my_rating": given.get(row.pk),
            **_wage(row),
        }
        for row in rows.order_by("starts_at", "pk")
    ]


def _wage(row: Assignment) -> Row:
    wage: WageRecord | None = getattr(row, "wage", None)
    if wage is None:
        return {"due_fen": None, "paid_fen": None, "paid_at": None, "wage_state": None}
    return {
        "due_fen": wage.due_fen,
        "paid_fen": wage.paid_fen,
        "paid_at": _moment(wage.paid_at),
        "wage_state": wage.state,
    }


def _punches(person: Person) -> list[Row]:
    rows = PunchNote.objects.filter(assignment__person=person).select_related("by", "photo", "assignment")
    return [
        {
            "starts_at": row.assignment.starts_at.isoformat(),
            "at": row.at.isoformat(),
            "by": row.by.title,
            "channel": row.channel,
            "minutes": row.minutes,
            "place": row.place,
            "agreed": row.agreed,
            "witness": row.witness,
            "photo_sha256": row.photo.sha256 if row.photo else None,
        }
        for row in rows.order_by("at", "pk")
    ]


def _tickets(person: Person) -> list[Row]:
    return [
        {
            "category": row.category,
            "filed_at": row.filed_at.isoformat(),
            "state": row.state,
            "answer_by": row.answer_by.isoformat(),
            "text": row.text,
        }
        for row in Ticket.objects.filter(person=person).order_by("filed_at")
    ]


def _surveys(dossier: Dossier) -> list[Row]:
    rows = Submission.objects.filter(dossier=dossier).select_related("form").prefetch_related("answers")
    return [
        {
            "form": row.form.code,
            "filled_on": _day(row.filled_on),
            "answers": [
                {"path": answer.path, "row": answer.row, "value": answer.text or answer.code or answer.number}
                for answer in row.answers.all()
            ],
        }
        for row in rows.order_by("received_at")
    ]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def kept(dossier: Dossier) -> list[Kept]:
    """What a deletion must leave for now; the latest day of each kind. Storage only meanwhile (PIPL 47)."""
    person, zone = dossier.person, dossier.market.tz
    paid = _latest(wage.paid_at or wage.due_at for wage in WageRecord.objects.filter(assignment__person=person))
    served = _latest(Assignment.objects.filter(person=person).values_list("ends_at", flat=True))
    found = []
    if paid:
        until = _years(paid.astimezone(zone).date(), WAGE_YEARS)
        found.append(Kept(_("工钱账"), until, _("保障农民工工资支付条例第十五条：至少保存三年")))
    if served:
        until = _years(served.astimezone(zone).date(), LEDGER_YEARS)
        found.append(Kept(_("介绍过哪些活的台账"), until, _("人力资源市场暂行条例第三十三条：服务台账，至少保存两年")))
    return found


def unfinished(dossier: Dossier) -> list[str]:
    """What is to be settled before anything can be deleted, in words; deleting first would cost him his proof."""
    person = dossier.person
    owed = WageRecord.objects.filter(assignment__person=person).exclude(state=WageState.PAID).count()
    held = [State.OFFERED, State.ACCEPTED, State.CONFIRMED, State.ON_SITE]
    live = Assignment.objects.filter(person=person, state__in=held).count()
    found = []
    if owed:
        found.append(_("还有 %(count)s 笔工钱没给清，删了就没有凭据了") % {"count": owed})
    said = Ticket.objects.filter(person=person, state__in=OPEN).exclude(category=Category.RECORDS).count()
    lent = Loan.objects.filter(dossier=dossier, state=LoanState.OUT).count()
    if said:
        found.append(ngettext("还有 %(count)s 件诉求没办完", "还有 %(count)s 件诉求没办完", said) % {"count": said})
    if lent:
        found.append(ngettext("还有 %(count)s 样工具没还", "还有 %(count)s 样工具没还", lent) % {"count": lent})
    if live:
        found.append(
            ngettext(
                "还有 %(count)s 个活没干完或没回话，请先说去不去",
                "还有 %(count)s 个活没干完或没回话，请先说去不去",
                live,
            )
            % {"count": live}
        )
    return found


@dataclass(frozen=True)
class Done:
    """One thing that another did for him; `ticket`: which of his, where it is about one."""

    event: AuditEvent
    ticket: Ticket | None

    @property
    def outcome(self) -> str:
        """How his ticket ended, in words; "" for whatever is no end of one."""
        outcome = self.event.detail.get("outcome") if self.ticket is not None else None
        return str(Outcome(outcome).label) if outcome in Outcome.values else ""


def done_for_me(actor: Membership, most: int) -> list[Done]:
    """谁替我做的: what staff, family, employers and the clock did for the worker who asks, the newest first; that a
    file was opened stands in the desk's log.

    Of his tickets those acts that he may read about on the ticket itself. The log names nobody behind a sensitive one,
    so they are found by the tickets that are his.
    """
    if actor.role != Role.WORKER or actor.person is None:
        raise Refused(_("您在这里还没有档案。"))
    tickets = {audit_key(ticket): ticket for ticket in tickets_of(actor)}
    rows = audit.done_for(actor.person, actor.market, but=READINGS, things=list(tickets.values()))
    unread = Q(action__startswith="ticket.") & ~Q(action__in=TICKET_ACTS)
    own = Q(actor__startswith=f"{actor.pk} ") | Q(action__startswith="ticket.", channel__in=BY_HIS_PHONE)
    return [Done(event, tickets.get(event.thing)) for event in rows.exclude(unread).exclude(own)[:most]]


def asked(person: Person) -> list[Ticket]:
    """Requests about his own data, the newest first."""
    return list(Ticket.objects.filter(person=person, category=Category.RECORDS).order_by("-filed_at")[:10])


def open_request(person: Person, kind: str) -> Ticket | None:
    """The same thing asked for already and not answered yet."""
    found: Ticket | None = Ticket.objects.filter(person=person, key__startswith=f"{kind}:", state__in=OPEN).first()
    return found


def _latest(moments: Iterable[datetime]) -> datetime | None:
    return max(moments, default=None)


def _years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, month=3, day=1)

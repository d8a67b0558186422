"""The feedback desk: the lists, one ticket, each thing that is done to it, its voice; entering one for somebody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files import queries as files
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.employers import queries as employers
from gongqiao.needs.feedback import actions, queries, rules
from gongqiao.needs.feedback.categories import CATEGORIES
from gongqiao.needs.feedback.dangers import HELP_LINES
from gongqiao.needs.feedback.enums import OPEN, CallBackState, Category, Channel, Danger, Outcome, Satisfaction, State
from gongqiao.needs.feedback.models import CallBack, CaseOffer, Ticket
from gongqiao.needs.feedback.reaching import line_to
from gongqiao.web.access import needs
from gongqiao.web.desk.ticket_forms import EnteredForm, employer_choices
from gongqiao.web.http import Request, actor, whole_number
from gongqiao.web.readonly import audit_door

LISTS = (
    ("open", _l("都在办的")),
    ("mine", _l("我在办的")),
    ("new", _l("还没人接")),
    ("overdue", _l("过期没答")),
    ("up", _l("报上来的")),
    ("approval", _l("等人看过")),
    ("tell", _l("要告诉本人")),
    ("callback", _l("要回访")),
    ("ended", _l("办完的")),
)


@needs(Right.FEEDBACK_HANDLE)
@require_safe
def index(request: Request) -> HttpResponse:
    """What may be seen, overdue first."""
    by = actor(request)
    which, text = request.GET.get("list", "open"), request.GET.get("q", "")
    counted = queries.counts(by, request.now)
    page = Paginator(queries.listed(by, which, text), 30).get_page(request.GET.get("page"))
    tabs = [(name, label, counted[name]) for name, label in LISTS]
    answer = {"page": page, "q": text, "which": which, "tabs": tabs, "to_agree": queries.to_agree(by)}
    return render(request, "desk/tickets.html", answer)


@needs(Right.FEEDBACK_FILE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """For somebody at the window, on the phone, or from the box; the code is handed over on the spot."""
    by = actor(request)
    form = EnteredForm(request.POST or None, request.FILES or None, by=by)
    if request.method == "POST" and form.is_valid():
        try:
            filed = actions.file(form.entered(), by=by)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            notify.hand_out()
            return _receipt(request, filed.ticket)
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/ticket_new.html", {"form": form}, status=status)


def _receipt(request: Request, ticket: Ticket) -> HttpResponse:
    """The code stands on this one answer; whoever entered a sensitive ticket does not see it again."""
    found = queries.offers(ticket)
    answer = {
        "ticket": ticket,
        "sees": queries.sees(actor(request), ticket),
        "help_lines": HELP_LINES if any(offer.danger == Danger.SELF_HARM for offer in found) else (),
    }
    response = render(request, "desk/ticket_receipt.html", answer)
    response["Cache-Control"] = "no-store"
    return response


def _opened(request: Request, pk: UUID) -> Ticket:
    try:
        return queries.opened(actor(request), pk)
    except Ticket.DoesNotExist:
        raise Http404 from None


@needs(Right.FEEDBACK_HANDLE)
@require_safe
def show(request: Request, pk: UUID) -> HttpResponse:
    """One ticket with its thread. Opening it is written down."""
    by, ticket = actor(request), _opened(request, pk)
    with audit_door():
        actions.record_reading(ticket, by=by)
    info = CATEGORIES[Category(ticket.category)]
    offers, told = list(ticket.offers.all()), queries.tellings(ticket)
    answer = {
        "ticket": ticket,
        "entries": list(ticket.entries.all()),
        "offers": offers,
        "help_lines": HELP_LINES if any(offer.danger == Danger.SELF_HARM for offer in offers) else (),
        "tellings": told,
        "to_tell": any(each.is_open for each in told),
        "reached_by": line_to(ticket),
        "call_backs": [row for row in ticket.call_backs.all() if row.state == CallBackState.OPEN],
        "mine": ticket.handler_id == by.pk,
        "is_open": ticket.state in OPEN,
        "overdue": rules.is_overdue(ticket, request.now),
        "info": info,
        "colleagues": [post for post in queries.eligible(ticket) if post.pk != ticket.handler_id],
        "posts": queries.staff_posts(by.market),
        "employers": employer_choices(by),
        "categories": [each for each in Category.choices if each[0] != ticket.category],
        "outcomes": Outcome.choices,
        "faces": list(reversed(Satisfaction.choices)),
        "spoken": bool(ticket.voice_id) or any(entry.voice_id for entry in ticket.entries.all()),
        "can_rate": rules.can_rate(ticket, request.now),
        "can_reopen": rules.can_reopen(ticket, request.now),
        "may_approve": ticket.state == State.APPROVAL and ticket.handler_id != by.pk,
    }
    response = render(request, "desk/ticket.html", answer)
    response["Cache-Control"] = "no-store"
    return response


@needs(Right.FEEDBACK_HANDLE)
@require_safe
def voice(request: Request, pk: UUID) -> HttpResponse:
    """The message as it was recorded, or a picture that came with it; listening and looking are readings."""
    ticket = _opened(request, pk)
    wanted = request.GET.get("entry", "")
    spoken = {str(entry.pk): entry.voice for entry in ticket.entries.all()}
    stored = spoken.get(wanted) if wanted else ticket.voice
    if seen := whole_number(request.GET.get("picture")):
        stored = next((each.file for each in ticket.pictures.all() if each.number == seen), None)
    if stored is None:
        raise Http404
    with audit_door():
        actions.record_reading(ticket, by=actor(request))
    response = HttpResponse(files.content(stored), content_type=stored.kind)
    response["Cache-Control"] = "no-store"
    response["Content-Disposition"] = "inline"
    return response


@dataclass(frozen=True)
class Asked:
    """What a form of the ticket's page sent, read as the acts want it."""

    request: Request
    ticket: Ticket

    @property
    def by(self) -> Membership:
        return actor(self.request)

    def word(self, name: str = "text") -> str:
        return self.request.POST.get(name, "")

    def post(self) -> Membership:
        """A colleague of this market."""
        wanted = whole_number(self.word("post"))
        found = next((post for post in queries.staff_posts(self.by.market) if post.pk == wanted), None)
        if found is None:
            raise Refused(_("请选一位同事。"))
        return found

    def choice(self, kind: Any, name: str, why: str) -> Any:
        given = self.word(name)
        if given not in {str(value) for value in kind.values}:
            raise Refused(why)
        return kind(type(kind.values[0])(given))

    def offer(self) -> CaseOffer:
        found = next((each for each in queries.offers(self.ticket) if str(each.pk) == self.word("offer")), None)
        if found is None:
            raise Refused(_("没有这件事，或者不由您办。"))
        found.ticket = self.ticket
        return found

    def call_back(self) -> CallBack:
        found = self.ticket.call_backs.filter(state=CallBackState.OPEN).first()
        if found is None:
            raise Refused(_("这件事不用回访。"))
        found.ticket = self.ticket
        return found


def _told(asked: Asked, *, reached: bool) -> None:
    call = queries.open_call(asked.ticket)
    if call is None:
        raise Refused(_("这件事现在没有要告诉本人的。"))
    actions.record_told(asked.ticket, call, by=asked.by, reached=reached, note=asked.word())


def _name_employer(asked: Asked) -> None:
    firm = employers.visible_to(asked.by).filter(pk=whole_number(asked.word("employer"))).first()
    if firm is None:
        raise Refused(_("还没写是哪个用工方。"))
    actions.name_employer(asked.ticket, firm, by=asked.by)


def _resolve(asked: Asked) -> None:
    outcome = asked.choice(Outcome, "outcome", _("请选结果。"))
    actions.resolve(asked.ticket, outcome, asked.word(), by=asked.by)


def _rate(asked: Asked) -> None:
    """What the person says on the phone, written down by whoever handled it."""
    face = asked.choice(Satisfaction, "face", _("请选一个：办得好、一般、没办好。"))
    actions.rate(asked.ticket, face, by=asked.by, channel=Channel.PHONE, text=asked.word())


def _offer(asked: Asked, *, yes: bool) -> None:
    actions.answer_offer(asked.offer(), yes=yes, by=asked.by, channel=Channel.PHONE)


STEPS: dict[str, Callable[[Asked], object]] = {
    "take": lambda asked: actions.take(asked.ticket, by=asked.by),
    "assign": lambda asked: actions.assign(asked.ticket, asked.post(), by=asked.by, note=asked.word()),
    "release": lambda asked: actions.release(asked.ticket, by=asked.by),
    "answer": lambda asked: actions.answer(asked.ticket, asked.word(), by=asked.by),
    "ask": lambda asked: actions.answer(asked.ticket, asked.word(), by=asked.by, ask=True),
    "note": lambda asked: actions.note(asked.ticket, asked.word(), by=asked.by),
    "said": lambda asked: actions.reply(asked.ticket, asked.word(), by=asked.by, channel=Channel.PHONE),
    "transcribe": lambda asked: actions.transcribe(asked.ticket, asked.word(), by=asked.by),
    "sort": lambda asked: actions.sort_anew(
        asked.ticket, asked.choice(Category, "category", _("请选类别。")), by=asked.by
    ),
    "name": lambda asked: actions.name_person(asked.ticket, asked.post(), by=asked.by),
    "employer": _name_employer,
    "ask-employer": lambda asked: actions.ask_employer(asked.ticket, asked.word(), by=asked.by),
    "resolve": _resolve,
    "approve": lambda asked: actions.approve(asked.ticket, by=asked.by),
    "send-back": lambda asked: actions.send_back(asked.ticket, asked.word(), by=asked.by),
    "rate": _rate,
    "reopen": lambda asked: actions.reopen(asked.ticket, asked.word(), by=asked.by, channel=Channel.PHONE),
    "told": lambda asked: _told(asked, reached=True),
    "not-told": lambda asked: _told(asked, reached=False),
    "reached": lambda asked: actions.record_call_back(asked.call_back(), by=asked.by, reached=True, note=asked.word()),
    "missed": lambda asked: actions.record_call_back(asked.call_back(), by=asked.by, reached=False, note=asked.word()),
    "offer-yes": lambda asked: _offer(asked, yes=True),
    "offer-no": lambda asked: _offer(asked, yes=False),
    "offer-hand": lambda asked: actions.hand_offer(asked.offer(), asked.post(), by=asked.by, note=asked.word()),
}


@needs(Right.FEEDBACK_HANDLE)
@require_POST
def act(request: Request, pk: UUID, act: str) -> HttpResponse:
    """One step; afterwards the page, or the list when it is not his to see any more."""
    ticket = _opened(request, pk)
    if act not in STEPS:
        raise Http404
    STEPS[act](Asked(request, ticket))
    notify.hand_out()
    if not queries.sees(actor(request), ticket):
        messages.success(request, _("办好了。这件事现在不由您看了。"))
        return redirect("desk:tickets")
    messages.success(request, _("记下了。"))
    return redirect("desk:ticket", pk)

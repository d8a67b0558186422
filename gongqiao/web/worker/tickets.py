"""有话说: say it without signing in, read the answers by a code, say whether it was any good."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.foundation.accounts import limits
from gongqiao.foundation.accounts.limits import Limit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.feedback import actions, queries, rules
from gongqiao.needs.feedback.categories import is_watched
from gongqiao.needs.feedback.dangers import HELP_LINES
from gongqiao.needs.feedback.enums import OPEN, Channel, Danger, Satisfaction, State
from gongqiao.needs.feedback.models import Ticket
from gongqiao.web.access import public
from gongqiao.web.http import Request
from gongqiao.web.ui.numbers import uuid_of
from gongqiao.web.ui.tickets import TicketForm, voice_of

FIND_ADDRESS = Limit("ticket code", 20, 60)  # a code has twelve digits
SEEN = "ticket"  # in the session: which ticket this browser has open, and until when
OPEN_FOR = timedelta(minutes=30)
STANDS = {  # where the words for staff would speak of him as of somebody else
    State.WAITING: gettext_lazy("等您回话"),
    State.APPROVAL: gettext_lazy("快办完了，另一个人在看"),
    State.RESOLVED: gettext_lazy("办完了，等您说好不好"),
}


class SayForm(TicketForm):
    """The page's own: a worker who is signed in may leave his name out."""

    nameless = forms.BooleanField(label=gettext_lazy("不留名字"), required=False)

    def __init__(self, *args: object, signed_in: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not signed_in:
            del self.fields["nameless"]


def _market(request: Request) -> Market:
    if request.market is None:
        raise Http404
    return request.market


def _worker(request: Request) -> Membership | None:
    post = request.membership
    return post if post is not None and post.role == Role.WORKER else None


def _by(request: Request) -> Membership:
    """A worker under his name, or the system for whoever gives none."""
    return _worker(request) or system_of(_market(request))


def _limit(request: Request, limit: Limit) -> None:
    if not limits.take(limit, str(request.META.get("REMOTE_ADDR", ""))):
        raise Refused(_("试得太多了，等几分钟再来，或打驿站电话。"))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: Request, market: str) -> HttpResponse:
    """One page: what about, what happened, how to reach you; a code and a date come back."""
    place, worker = _market(request), _worker(request)
    form = SayForm(request.POST or None, request.FILES or None, market=place, signed_in=worker is not None)
    if request.method == "POST" and form.is_valid():
        _limit(request, limits.SAY_ADDRESS)
        try:
            filed = _file(request, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            open_here(request, filed.ticket)
            return redirect("worker:thread", market)
    answer = {
        "form": form,
        "own": queries.own(worker.person) if worker is not None and worker.person is not None else [],
        "help_lines": HELP_LINES,
        "tab": "say",
    }
    return render(request, "worker/say.html", answer, status=422 if request.method == "POST" else 200)


def _file(request: Request, form: SayForm) -> actions.Filed:
    worker = _worker(request)
    named = worker is not None and not form.cleaned_data.get("nameless")
    person = worker.person if named and worker is not None else None
    by = _by(request) if named or worker is None else system_of(_market(request))
    return actions.file(form.said(Channel.PAGE, person=person), by=by)


def open_here(request: Request, ticket: Ticket) -> None:
    """This browser may read it for half an hour: neither the address nor the history ever holds the code."""
    request.session[SEEN] = {"pk": str(ticket.pk), "until": (request.now + OPEN_FOR).isoformat()}


def _opened(request: Request) -> Ticket | None:
    seen = request.session.get(SEEN)
    if not seen or datetime.fromisoformat(seen["until"]) < request.now:
        return None
    return Ticket.objects.select_related(*queries.WITH).filter(pk=seen["pk"]).first()


@public
@require_POST
def find(request: Request, market: str) -> HttpResponse:
    """By the code, or one of his own when he is signed in."""
    _market(request)
    worker, pk = _worker(request), request.POST.get("ticket", "")
    if worker is not None and pk:
        ticket: Ticket | None = get_object_or_404(queries.visible_to(worker), pk=uuid_of(pk))
    else:
        _limit(request, FIND_ADDRESS)
        ticket = queries.by_code(request.POST.get("code", ""))
    if ticket is None:
        raise Refused(_("没有这个查询码，再看一遍；码丢了就打驿站电话。"))
    open_here(request, ticket)
    return redirect("worker:thread", market)


@public
@require_safe
def thread(request: Request, market: str) -> HttpResponse:
    """Everything that was said and done on it; what staff tell one another is not here."""
    place, ticket = _market(request), _opened(request)
    if ticket is None:
        return redirect("worker:say", market)
    offers = queries.offers(ticket)
    answer = {
        "ticket": ticket,
        "stands": STANDS.get(State(ticket.state)) or ticket.get_state_display(),
        "entries": queries.thread(ticket),
        "offers": [offer for offer in offers if offer.danger != Danger.SELF_HARM],
        "help_lines": HELP_LINES if any(offer.danger == Danger.SELF_HARM for offer in offers) else (),
        "watched": is_watched(request.now, place),
        "is_open": ticket.state in OPEN,
        "can_rate": rules.can_rate(ticket, request.now),
        "can_reopen": rules.can_reopen(ticket, request.now),
        "call_back_days": rules.CALL_BACK_WORKING_DAYS,
        "faces": list(reversed(Satisfaction.choices)),
        "tab": "say",
    }
    response = render(request, "worker/thread.html", answer)
    response["Cache-Control"] = "no-store"
    return response


@public
@require_POST
def act(request: Request, market: str, act: str) -> HttpResponse:
    """Say more, say whether it was good, have it opened again, answer what is offered, leave."""
    if act not in STEPS:
        raise Http404
    _market(request)
    ticket = _opened(request)
    if ticket is None:
        return redirect("worker:say", market)
    if act == "leave":
        request.session.pop(SEEN, None)
        return redirect("worker:jobs", market)
    STEPS[act](request, ticket)
    open_here(request, ticket)
    messages.success(request, _("记下了。"))
    return redirect("worker:thread", market)


def _reply(request: Request, ticket: Ticket) -> None:
    file = request.FILES.get("voice")
    if file is not None and (file.size or 0) > actions.MOST_VOICE:
        raise Refused(_("这段话太大，最多 8 MB，录短一点。"))
    text = request.POST.get("text", "")
    actions.reply(ticket, text, by=_acts_as(request, ticket), voice=voice_of(file))


def _rate(request: Request, ticket: Ticket) -> None:
    face = request.POST.get("face", "")
    if face not in {str(value) for value in Satisfaction.values}:
        raise Refused(_("请选一个：办得好、一般、没办好。"))
    text = request.POST.get("text", "")
    actions.rate(ticket, Satisfaction(int(face)), by=_acts_as(request, ticket), text=text)


def _reopen(request: Request, ticket: Ticket) -> None:
    actions.reopen(ticket, request.POST.get("text", ""), by=_acts_as(request, ticket))


def _offer(request: Request, ticket: Ticket) -> None:
    wanted = request.POST.get("offer", "")
    offer = next((each for each in queries.offers(ticket) if str(each.pk) == wanted), None)
    if offer is None:
        raise Refused(_("没有这件事，或者不由您办。"))
    offer.ticket = ticket
    yes = request.POST.get("yes") == "1"
    actions.answer_offer(offer, yes=yes, by=_acts_as(request, ticket), channel=Channel.PAGE)


def _acts_as(request: Request, ticket: Ticket) -> Membership:
    """Himself when it is filed under his name; whoever holds the code acts through the system."""
    worker = _worker(request)
    own = worker is not None and worker.person_id == ticket.person_id
    return worker if own and worker is not None else system_of(_market(request))


STEPS: dict[str, Callable[[Request, Ticket], None]] = {
    "reply": _reply,
    "rate": _rate,
    "reopen": _reopen,
    "offer": _offer,
    "leave": lambda request, ticket: None,
}

"""What waits today, and the log of what was done."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongqiao.foundation.audit import queries as audit
from gongqiao.foundation.audit.actions import key
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.feedback import queries as feedback
from gongqiao.needs.postings import queries as postings
from gongqiao.services.mydata import erasure
from gongqiao.services.placement import queries as placement
from gongqiao.web.access import needs
from gongqiao.web.desk.templatetags.event_words import actions_like
from gongqiao.web.http import Request, actor


@needs(Right.DOSSIER_READ)
@require_safe
def today(request: Request) -> HttpResponse:
    """Whom to call, what to verify, who comes, what is owed."""
    by = actor(request)
    day = timezone.localdate(request.now)
    calls = list(placement.call_list(by)[:8])
    return render(
        request,
        "desk/today.html",
        {
            "day": day,
            "counts": placement.waiting_counts(by, request.now),
            "tickets": feedback.waiting_count(by, request.now),
            "calls": calls,
            "erasures": erasure.waiting(by),
            "about": placement.called(calls),
            "queue": list(postings.queue(by)[:8]),
            "expected": list(placement.attendance(by, day)[:12]),
            "wages": [wage for wage in placement.wages(by)[:8] if wage.state != "paid"],
        },
    )


@needs(Right.AUDIT_READ)
@require_safe
def audit_log(request: Request) -> HttpResponse:
    """The chain of this market, newest first; a search finds who, what was done, and to what."""
    text, by = request.GET.get("q", "").strip(), actor(request)
    hidden = [key(ticket) for ticket in feedback.kept_from(by)]  # who a ticket is about does not meet it in the log
    events = audit.log(by, text, actions_like(text)).exclude(thing__in=hidden)
    return render(
        request, "desk/audit.html", {"page": Paginator(events, 50).get_page(request.GET.get("page")), "q": text}
    )

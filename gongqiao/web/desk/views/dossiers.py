"""Registering, searching, reading and changing dossiers."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.consent.models import ConsentText, Purpose
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.people.identity import mask_identity
from gongqiao.needs.dossiers import actions, queries
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement import queries as placement
from gongqiao.services.placement.actions import queue
from gongqiao.web.access import needs
from gongqiao.web.desk.forms import DossierForm
from gongqiao.web.http import Request, actor
from gongqiao.web.readonly import audit_door

ALL = (Purpose.MATCHING, Purpose.INTRODUCE, Purpose.MESSAGES)


@needs(Right.DOSSIER_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: Request) -> HttpResponse:
    """A walk-in: one form, keyboard only, 暂缺 allowed."""
    by = actor(request)
    form = DossierForm(request.POST or None, market=by.market, initial={"free_parts": ["morning", "afternoon"]})
    if request.method == "POST" and form.is_valid():
        agreed = ALL if form.cleaned_data["agreed"] else ()
        try:
            dossier = actions.register(form.identity(), form.facts(), by=by, agreed=agreed)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = {"name": dossier.person.name, "number": dossier.number}
            messages.success(request, _("%(name)s 登记好了，档案号 %(number)s。") % said)
            return redirect("desk:dossier", dossier.pk)
    texts = ConsentText.objects.order_by("purpose", "-version")
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/register.html", {"form": form, "texts": texts}, status=status)


@needs(Right.DOSSIER_READ)
@require_safe
def index(request: Request) -> HttpResponse:
    """The list and the search box; `/` reaches it from anywhere."""
    text = request.GET.get("q", "")
    page = Paginator(queries.search(actor(request), text), 30).get_page(request.GET.get("page"))
    template = "desk/dossiers.html#rows" if request.htmx else "desk/dossiers.html"
    return render(request, template, {"page": page, "q": text, "trades": catalogue().trades})


def _opened(request: Request, pk: int) -> Dossier:
    try:
        return queries.opened(actor(request), pk)
    except Dossier.DoesNotExist:
        raise Http404 from None


@needs(Right.DOSSIER_READ)
@require_safe
def show(request: Request, pk: int) -> HttpResponse:
    """One file. Opening it is written down."""
    by, dossier = actor(request), _opened(request, pk)
    with audit_door():
        actions.record_reading(dossier, by=by)
    known = catalogue()
    work = placement.visible_to(by).filter(dossier=dossier).order_by("-starts_at")[:12]
    return render(
        request,
        "desk/dossier.html",
        {
            "dossier": dossier,
            "identity": mask_identity(dossier.person.identity) if dossier.person.identity else "",
            "skills": [(known.trades[skill.trade].name, skill) for skill in dossier.skills.all()],
            "certificates": [(known.certificates[c.kind].name, c) for c in dossier.certificates.all()],
            "stale": queries.stale_fields(dossier, timezone.localdate(request.now)),
            "work": work,
            "labels": {f.name: f.verbose_name for f in Dossier._meta.get_fields() if hasattr(f, "verbose_name")},
            "may_write": by.may(Right.DOSSIER_WRITE),
        },
    )


@needs(Right.DOSSIER_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    by, dossier = actor(request), _opened(request, pk)
    form = DossierForm(request.POST or None, market=by.market, initial=DossierForm.initial_of(dossier))
    if request.method == "POST" and form.is_valid():
        actions.update(dossier, form.facts(), by=by)
        messages.success(request, _("改好了。"))
        return redirect("desk:dossier", dossier.pk)
    with audit_door():
        actions.record_reading(dossier, by=by)
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/register.html", {"form": form, "dossier": dossier}, status=status)


@needs(Right.DOSSIER_WRITE)
@require_POST
def check_in(request: Request, pk: int) -> HttpResponse:
    ticket = queue.check_in(_opened(request, pk), timezone.localdate(request.now), by=actor(request))
    messages.success(request, _("今天排 %(number)s 号。") % {"number": ticket.number})
    return redirect("desk:dossier", pk)


@needs(Right.DOSSIER_WRITE)
@require_POST
def code(request: Request, pk: int) -> HttpResponse:
    """A sign-in code handed over the desk, for whom no message reaches."""
    by, dossier = actor(request), _opened(request, pk)
    if not dossier.person.phone:
        raise Refused(_("这个人没有登记手机号，不能用手机号登录。"))
    given = accounts.new_code(dossier.person.phone, address=f"desk {by.pk}", person=dossier.person)
    audit.record("code.issued", dossier, by=by, on_behalf_of=dossier.person)
    messages.success(request, _("验证码 %(code)s，十分钟内有效，当面交给本人。") % {"code": given})
    return redirect("desk:dossier", pk)

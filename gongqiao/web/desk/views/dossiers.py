"""Registering, searching, reading and changing dossiers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.channels.offline import actions as offline
from gongqiao.channels.offline.enums import Kind
from gongqiao.channels.offline.sent import Sent
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.consent import queries as consents
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify import queries as notify
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.people.identity import age_on, mask_identity
from gongqiao.needs.dossiers import actions, hours, queries, words
from gongqiao.needs.dossiers.enums import Evidence, Source
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.dossiers.rules import ADULT, too_young
from gongqiao.needs.family import queries as family
from gongqiao.needs.surveys.actions import heard
from gongqiao.needs.surveys.actions.proposals import standing_values
from gongqiao.services.placement import queries as placement
from gongqiao.services.placement.actions import queue
from gongqiao.services.placement.refusals import refused_by
from gongqiao.web.access import needs
from gongqiao.web.desk.dossier_forms import CertificateForm, DayForm, HelperHereForm, SkillForm
from gongqiao.web.desk.forms import DossierEditForm, DossierForm
from gongqiao.web.desk.offline_forms import registration
from gongqiao.web.desk.proposed import Proposed, in_words
from gongqiao.web.http import Request, actor
from gongqiao.web.readonly import audit_door

TOLD = 8  # messages on the page of a file; more stand on its page of telling


@needs(Right.DOSSIER_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: Request) -> HttpResponse:
    """A walk-in: one form, keyboard only, 暂缺 allowed. Whoever may be here already is shown before it is saved."""
    by = actor(request)
    form = DossierForm(request.POST or None, market=by.market, initial={"free_parts": ["morning", "afternoon"]})
    alike: list[Dossier] = []
    if request.method == "POST" and form.is_valid():
        try:
            dossier = _once(request, form)
            if dossier is None:
                alike = [] if form.cleaned_data["another"] else _alike(request, form)
                dossier = None if alike else _register(request, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            dossier = None
        if dossier is not None:
            said = {"name": dossier.person.name, "number": dossier.number}
            messages.success(request, _("%(name)s 登记好了，档案号 %(number)s。") % said)
            return redirect("desk:dossier", dossier.pk)
    answer = {"form": form, "texts": consents.texts().values(), "alike": alike, "trades": trade_names()}
    return render(request, "desk/register.html", answer, status=422 if request.method == "POST" else 200)


def _sent(request: Request, form: DossierForm) -> Sent | None:
    """What the page said under its key; a form without one is taken each time."""
    key = form.cleaned_data["key"]
    if key is None:
        return None
    fields = tuple((name, str(text)) for name, texts in request.POST.lists() for text in texts)
    return Sent(key, Kind.REGISTER, fields, request.now)


def _once(request: Request, form: DossierForm) -> Dossier | None:
    """Whom this very page has registered already: its answer was lost, and it was sent again."""
    sent = _sent(request, form)
    known = offline.known_of(sent, by=actor(request)) if sent is not None else None
    if known is not None and known.dossier is None:
        raise Refused(_("这一页交过了，要看一看才能办：在“没网时记的”里。"))
    return known.dossier if known is not None else None


def _register(request: Request, form: DossierForm) -> Dossier:
    by, work, sent = actor(request), registration(form), _sent(request, form)
    if sent is None:
        return actions.register(work.identity, work.facts, by=by, agreed=work.agreed)
    dossier = offline.register_once(sent, work, by=by).dossier
    assert dossier is not None
    return dossier


def _alike(request: Request, form: DossierForm) -> list[Dossier]:
    who = form.identity()
    return queries.lookalikes(actor(request), name=who.name, phone=who.phone, number=who.number, birth=form.born())


def trade_names() -> list[str]:
    """For the box that completes a trade as it is typed."""
    return [trade.name for trade in catalogue().trades.values()]


@needs(Right.DOSSIER_READ)
@require_safe
def index(request: Request) -> HttpResponse:
    """The list and the search box; `/` reaches it from anywhere."""
    text = request.GET.get("q", "")
    page = Paginator(queries.search(actor(request), text), 30).get_page(request.GET.get("page"))
    template = "desk/dossiers.html#rows" if request.htmx else "desk/dossiers.html"
    return render(request, template, {"page": page, "q": text, "trades": catalogue().trades})


def opened(request: Request, pk: int) -> Dossier:
    """The file as the asker may see it, or 404; the caller records the reading."""
    try:
        return queries.opened(actor(request), pk)
    except Dossier.DoesNotExist:
        raise Http404 from None


@needs(Right.DOSSIER_READ)
@require_safe
def show(request: Request, pk: int) -> HttpResponse:
    """One file. Opening it is written down; one that was merged leads to the file it is part of now."""
    by = actor(request)
    merged = Dossier.objects.filter(pk=pk, merged_into__isnull=False).first()
    if merged is not None:
        return redirect("desk:dossier", queries.surviving(merged).pk)
    dossier = opened(request, pk)
    with audit_door():
        actions.record_reading(dossier, by=by)
    files = [dossier, *dossier.merged_here]  # type: ignore[attr-defined]  # prefetched by `opened`
    answer = {
        "dossier": dossier,
        "work": placement.visible_to(by).filter(dossier__in=files).order_by("-starts_at")[:12],
        "may_write": by.may(Right.DOSSIER_WRITE),
        "consents": consents.standing(dossier.person),
        "heard": _heard(dossier),
        "refused": refused_by(dossier),
        "told": notify.told(by, dossier.person, TOLD),
        "helpers": family.of(dossier, by),
        "helper_form": HelperHereForm(auto_id="helper_%s"),
        **_said(request, dossier),
        **_held(request, dossier),
    }
    return render(request, "desk/dossier.html", answer)


def _heard(dossier: Dossier) -> list[Proposed]:
    """What interviews propose and somebody has to look at: values and where they come from, never the words."""
    rows = heard.waiting(dossier)
    standing = standing_values(rows)
    return [in_words(row, standing.get(row.pk)) for row in rows]


def _said(request: Request, dossier: Dossier) -> dict[str, Any]:
    """Each value in words with who said so; what nobody said yet stands there as 暂缺."""
    day, birth = timezone.localdate(request.now), dossier.person.birth_date
    current = {value.field: value for value in dossier.current_values}  # type: ignore[attr-defined]
    stale, homes = queries.stale_fields(dossier, day), words.places(current.values())
    if dossier.home is not None:
        homes[dossier.home.code] = dossier.home.short_name
    shown = {
        "name": dossier.person.name,
        "identity": mask_identity(dossier.person.identity) if dossier.person.identity else "",
        "birth": f"{birth:%Y-%m-%d}" if birth else "",
        "phone": dossier.person.phone,
    }
    rows = []
    for name in words.NAMES:
        value = current.get(name)
        column = getattr(dossier, f"{name}_id" if name == "home" else name, None) if name not in shown else None
        said = (shown[name] or _("暂缺")) if name in shown else words.of_value(name, column, homes)
        rows.append({"name": name, "label": words.label(name), "said": said, "value": value, "stale": name in stale})
    age = age_on(birth, day) if birth else None
    return {
        "rows": rows,
        "age": age,
        "minor": age is not None and age < ADULT,
        "too_young": too_young(birth, day),
        "sources": Source.choices,
        "identity_names": tuple(words.IDENTITY),
    }


def _held(request: Request, dossier: Dossier) -> dict[str, Any]:
    """Skills, certificates and days of their own, with the small forms that change them."""
    known, day = catalogue(), timezone.localdate(request.now)
    return {
        "skills": [(known.trades[skill.trade].name, skill) for skill in dossier.skills.all()],
        "certificates": [
            (known.certificates[c.kind].name, c, c.expires_on is not None and c.expires_on < day)
            for c in dossier.certificates.all()
        ],
        "days": [(row, hours.day_words(row.hours)) for row in dossier.exceptions.all() if row.day >= day],
        "skill_form": SkillForm(auto_id="skill_%s", initial={"evidence": Evidence.SAID}),
        "certificate_form": CertificateForm(auto_id="certificate_%s", initial={"evidence": Evidence.SEEN}),
        "day_form": DayForm(auto_id="day_%s"),
        "trades": trade_names(),
    }


@needs(Right.DOSSIER_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """Values and identity; only what was typed anew counts as said today."""
    by, dossier = actor(request), opened(request, pk)
    form = DossierEditForm(request.POST or None, market=by.market, initial=DossierEditForm.initial_of(dossier))
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, dossier, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("改好了。") if form.has_changed() else _("没有什么要改的。"))
            if too_young(dossier.person.birth_date, timezone.localdate(request.now)):
                messages.warning(request, _("他未满 16 周岁：档案停了，手上的活都收回了，请社工跟进。"))
            return redirect("desk:dossier", dossier.pk)
    with audit_door():
        actions.record_reading(dossier, by=by)
    status = 422 if request.method == "POST" else 200
    answer = {"form": form, "dossier": dossier, "trades": trade_names()}
    return render(request, "desk/register.html", answer, status=status)


@transaction.atomic
def _change(request: Request, dossier: Dossier, form: DossierEditForm) -> None:
    by, facts = actor(request), form.changed_facts()
    if form.identity_changed():
        actions.correct_identity(dossier, form.identity(), by=by)
    if facts.values:
        actions.update(dossier, facts, by=by)


@needs(Right.DOSSIER_WRITE)
@require_POST
def check_in(request: Request, pk: int) -> HttpResponse:
    ticket = queue.check_in(opened(request, pk), timezone.localdate(request.now), by=actor(request))
    messages.success(request, _("今天排 %(number)s 号。") % {"number": ticket.number})
    return redirect("desk:dossier", pk)


@needs(Right.DOSSIER_WRITE)
@require_POST
def code(request: Request, pk: int) -> HttpResponse:
    """A sign-in code handed over the desk, for whom no message reaches; it lets in only this person."""
    by, dossier = actor(request), opened(request, pk)
    if not dossier.person.phone:
        raise Refused(_("这个人没有登记手机号，不能用手机号登录。"))
    given = accounts.new_code(dossier.person.phone, address=f"desk {by.pk}", person=dossier.person)
    audit.record("code.issued", dossier, by=by, on_behalf_of=dossier.person)
    messages.success(request, _("验证码 %(code)s，十分钟内有效，当面交给本人。") % {"code": given})
    return redirect("desk:dossier", pk)

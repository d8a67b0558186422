"""Signing in and out, the post, the language, the edition. Each answers with a redirect to a page of ours."""

import base64
from itertools import chain
from typing import Any
from uuid import uuid4

import segno
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as otp_login

from gongqiao.foundation import clock
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.accounts.actions import second_factor, web_tickets
from gongqiao.foundation.accounts.models import User
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.language import first_language
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.enums import Kind
from gongqiao.foundation.notify.planning import code_line
from gongqiao.foundation.organisations.queries import current_of
from gongqiao.foundation.organisations.roles import STAFF, Role
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.people.queries import by_phone
from gongqiao.needs.family import actions as family_actions
from gongqiao.needs.family import queries as family
from gongqiao.web.access import public, signed_in
from gongqiao.web.door.forms import (
    CodeForm,
    OwnPasswordForm,
    PasswordForm,
    PhoneForm,
    SecondFactorForm,
    TokenForm,
)
from gongqiao.web.http import Request
from gongqiao.web.middleware import BY_CODE, SECOND_FACTOR

WHO = "who"  # in the session: people who share the phone whose code was right
BACKEND = "django.contrib.auth.backends.ModelBackend"


def _address(request: Request) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _next(request: Request, fallback: str) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if safe and wanted.startswith("/") else fallback  # anything else `redirect` takes for a view's name


@public
def home(request: Request) -> HttpResponse:
    """Where the current post works; for everybody else, the markets of this installation."""
    membership = request.membership
    if request.user.is_authenticated and membership is None and family.asked(request.user.person):
        return redirect("door:posts")
    if membership is None:
        return render(request, "door/home.html", {"markets": Market.objects.select_related("region").order_by("name")})
    if membership.role in STAFF:
        return redirect("desk:today")
    if membership.role == Role.EMPLOYER:
        return redirect("employer:home")
    return redirect("worker:jobs", membership.market.code)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: Request) -> HttpResponse:
    """Staff and employers: user name and password; then the second factor where there is one."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = accounts.sign_in_with_password(**form.cleaned_data, address=_address(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return let_in(request, user, _next(request, reverse("door:home")))
    answer = {"form": form, "next": request.GET.get("next", ""), "phone_form": PhoneForm()}
    return render(request, "door/sign_in.html", answer, status=200 if request.method != "POST" else 422)


def let_in(request: Request, user: User, target: str, *, by_code: bool = False) -> HttpResponse:
    login(request, user, backend=BACKEND)
    request.session[BY_CODE] = by_code
    if user.second_factor_on and not by_code:
        return redirect(SECOND_FACTOR)
    return redirect(target)


@public
@require_POST
def send_code(request: Request) -> HttpResponse:
    """A code for a phone; the answer is the same whether the phone is registered or not."""
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return render(request, "door/code.html", {"phone_form": form}, status=422)
    phone = form.cleaned_data["phone"]
    code = accounts.new_code(phone, address=_address(request))
    if code is not None:
        deliver_code(phone, code)
    return render(request, "door/code.html", {"form": CodeForm(initial={"phone": phone}), "next": _next(request, "")})


@first_language()
def deliver_code(phone: str, code: str) -> None:
    """To whoever of those that share the phone holds a post today or is asked to act for somebody; the day is ours, not
    that of UTC."""
    day = timezone.localdate(clock.now())
    people = by_phone(phone)
    held = ((post.market, person) for person in people for post in current_of(person, day))
    wanted = ((row.market, person) for person in people for row in family.asked(person))
    found = next(chain(held, wanted), None)
    if found is None:
        return
    market, person = found
    note = notify.Note(
        person=person,
        kind=Kind.CODE,
        channel=code_line(market),
        key=f"code:{uuid4()}",
        subject=_("登录验证码"),
        body=code,
        about="sign-in",
        expires_at=clock.now() + accounts.CODE_LIFE,
        secret=True,
    )
    notify.tell(market, [note])


@public
@require_POST
def use_code(request: Request) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            people = accounts.check_code(**form.cleaned_data, address=_address(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _which(request, people, _next(request, reverse("door:home")))
    return render(request, "door/code.html", {"form": form, "next": _next(request, "")}, status=422)


def _which(request: Request, people: list[Person], target: str) -> HttpResponse:
    """A family phone: the code was right, and the person says who he is."""
    if len(people) == 1:
        return let_in(request, accounts.enter(people[0]), target, by_code=True)
    until = (clock.now() + accounts.CODE_LIFE).timestamp()
    request.session[WHO] = {"people": [str(person.pk) for person in people], "next": target, "until": until}
    return redirect("door:who")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: Request) -> HttpResponse:
    """Several people share the phone whose code was right: one of them comes in."""
    asked = request.session.get(WHO)
    if not asked or clock.now().timestamp() > asked["until"]:
        return redirect("door:sign-in")
    people = list(Person.objects.filter(pk__in=asked["people"], merged_into=None).order_by("created_at"))
    if request.method == "POST":
        chosen = next((person for person in people if str(person.pk) == request.POST.get("person")), None)
        if chosen is None:
            raise Refused(_("请选一个名字。"))
        del request.session[WHO]
        return let_in(request, accounts.enter(chosen), asked["next"], by_code=True)
    return render(request, "door/who.html", {"people": people})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: Request) -> HttpResponse:
    """From the mini program by a ticket. The page says whom it lets in; in the mini program it sends itself off, in any
    other browser a person presses. Where somebody else is signed in already it lets nobody in."""
    ticket = (request.POST if request.method == "POST" else request.GET).get("ticket", "")
    person = web_tickets.bearer(ticket) if ticket else None
    if ticket and person is None:
        raise Refused(_("这张进门的票用过了，或者过时了。请回小程序再点一次。"))
    foreign = person is not None and request.user.is_authenticated and request.user.person_id != person.pk
    if request.method == "POST" and person is not None and not foreign:
        entry = web_tickets.use(ticket)
        return let_in(request, entry.user, entry.target, by_code=True)
    answer = {"ticket": ticket, "person": person, "foreign": foreign}
    status = 409 if request.method == "POST" else 200
    response = render(request, "door/enter.html", answer, status=status)
    response["Cache-Control"] = "no-store"
    return response


@signed_in
@require_POST
def sign_out(request: Request) -> HttpResponse:
    logout(request)
    response = redirect("door:home")
    response.delete_cookie("desk_key", path=reverse("desk:today"))  # what a desk kept to read is unreadable with it
    return response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def posts(request: Request) -> HttpResponse:
    """Choose the post to act in; what one may do comes from it."""
    if request.method == "POST":
        chosen = next((post for post in request.memberships if str(post.pk) == request.POST.get("post")), None)
        if chosen is None:
            raise Refused(_("这不是您的岗位。"))
        request.session["membership"] = chosen.pk
        return redirect("door:home")
    return render(request, "door/posts.html", {"asked": family.asked(request.user.person)})


@signed_in
@require_POST
def asked(request: Request) -> HttpResponse:
    """Somebody named me to act for him: yes, and I am in his place from here on; or no."""
    wanted, said = request.POST.get("helper"), request.POST.get("answer")
    row = next((row for row in family.asked(request.user.person) if str(row.pk) == wanted), None)
    if row is None or said not in ("yes", "no"):
        raise Refused(_("没有人这样问您，或者已经答过了。"))
    if said == "no":
        family_actions.refuse(row, by=request.user)
        messages.success(request, _("记下了，您不替他办。"))
        return redirect("door:home")
    post = family_actions.agree(row, by=request.user)
    request.session["membership"] = post.pk
    messages.success(request, _("从现在起您可以替 %(who)s 办。") % {"who": row.dossier.person.polite_name})
    return redirect("worker:jobs", row.market.code)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: Request) -> HttpResponse:
    """One's own password; whoever was handed one comes here first. Other sessions of the account end."""
    form = OwnPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            accounts.change_password(request.user, old=data["old"], new=data["new"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("密码换好了。"))
            return redirect("door:home")
    answer = {"form": form, "temporary": request.user.password_temporary}
    return render(request, "door/password.html", answer, status=200 if request.method != "POST" else 422)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_asked(request: Request) -> HttpResponse:
    """Six figures from the phone app or a code on paper, asked once a session of everybody who has set it up."""
    form = SecondFactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device = second_factor.check(request.user, form.cleaned_data["token"])
        except Refused as refusal:
            form.add_error("token", str(refusal))
        else:
            otp_login(request, device)
            return redirect("door:home")
    status = 422 if request.method == "POST" else 200
    return render(request, "door/second_factor.html", {"form": form}, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def set_second_factor(request: Request) -> HttpResponse:
    """Set it up: POST makes the key and shows its picture, a second POST with six right figures turns it on."""
    answer: dict[str, Any] = {"form": TokenForm()}
    if request.method == "POST":
        token = request.POST.get("token", "")
        if token:
            try:
                device, codes = second_factor.turn_on(request.user, token)
            except Refused as refusal:
                answer["wrong"] = str(refusal)
            else:
                otp_login(request, device)
                return render(request, "door/recovery_codes.html", {"codes": codes})
        device = second_factor.begin(request.user)
        answer["picture"] = segno.make(device.config_url).svg_data_uri(scale=5)
        answer["secret"] = base64.b32encode(device.bin_key).decode()
    answer["left"] = second_factor.codes_left(request.user)
    return render(request, "door/set_second_factor.html", answer)


@public
@require_POST
def language(request: Request) -> HttpResponse:
    response = redirect(_next(request, "/"))
    if request.POST.get("language") in ("zh-hans", "en"):
        response.set_cookie("django_language", request.POST["language"], max_age=31536000, samesite="Lax")
    return response


@public
@require_POST
def edition(request: Request) -> HttpResponse:
    """长辈版: one tap, remembered."""
    response = redirect(_next(request, "/"))
    wanted = "elder" if request.POST.get("edition") == "elder" else "plain"
    response.set_cookie("edition", wanted, max_age=31536000, samesite="Lax")
    return response

"""Signing in and out, the post, the language, the edition. Each answers with a redirect to a page of ours."""

import base64
from typing import Any
from uuid import uuid4

import segno
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from gongqiao.foundation import clock
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.accounts.models import User
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.organisations.queries import current_of
from gongqiao.foundation.organisations.roles import STAFF, Role
from gongqiao.foundation.people.queries import by_phone
from gongqiao.web.access import public, signed_in
from gongqiao.web.door.forms import CodeForm, PasswordForm, PhoneForm, TokenForm
from gongqiao.web.http import Request

BACKEND = "django.contrib.auth.backends.ModelBackend"


def _address(request: Request) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _next(request: Request, fallback: str) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if safe else fallback


@public
def home(request: Request) -> HttpResponse:
    """Where the current post works; for everybody else, the markets of this installation."""
    membership = request.membership
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
            return _enter(request, user, _next(request, reverse("door:home")))
    answer = {"form": form, "next": request.GET.get("next", ""), "phone_form": PhoneForm()}
    return render(request, "door/sign_in.html", answer, status=200 if request.method != "POST" else 422)


def _enter(request: Request, user: User, target: str) -> HttpResponse:
    login(request, user, backend=BACKEND)
    if TOTPDevice.objects.filter(user=user, confirmed=True).exists():
        request.session["totp_due"] = True
        return redirect("door:second-factor")
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
        _send(phone, code)
    return render(request, "door/code.html", {"form": CodeForm(initial={"phone": phone}), "next": _next(request, "")})


def _send(phone: str, code: str) -> None:
    person = by_phone(phone)[0]
    posts_held = current_of(person, clock.now().date())
    if not posts_held:
        return
    note = notify.Note(
        person=person,
        channel="console",
        key=f"code:{uuid4()}",
        subject=_("登录验证码"),
        body=code,
        about="sign-in",
        expires_at=clock.now() + accounts.CODE_LIFE,
        secret=True,
    )
    notify.tell(posts_held[0].market, [note])


@public
@require_POST
def use_code(request: Request) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            user = accounts.sign_in_with_code(**form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _enter(request, user, _next(request, reverse("door:home")))
    return render(request, "door/code.html", {"form": form}, status=422)


@signed_in
@require_POST
def sign_out(request: Request) -> HttpResponse:
    logout(request)
    return redirect("door:home")


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
    return render(request, "door/posts.html")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: Request) -> HttpResponse:
    """Six figures from the phone app, asked once a session of everybody who has set it up."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = TOTPDevice.objects.filter(user=request.user, confirmed=True).first()
        if device is not None and device.verify_token(form.cleaned_data["token"]):
            otp_login(request, device)
            request.session.pop("totp_due", None)
            return redirect("door:home")
        form.add_error("token", _("这 6 位数不对，看一眼手机上的新号再试。"))
    status = 422 if request.method == "POST" else 200
    return render(request, "door/second_factor.html", {"form": form}, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def set_second_factor(request: Request) -> HttpResponse:
    """Set it up: POST makes the key and shows its picture, a second POST with six right figures turns it on."""
    answer: dict[str, Any] = {"form": TokenForm()}
    if request.method == "POST":
        device = TOTPDevice.objects.filter(user=request.user, confirmed=False).first()
        device = device or TOTPDevice.objects.create(user=request.user, name="phone", confirmed=False)
        token = request.POST.get("token", "")
        if token and device.verify_token(token):
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            otp_login(request, device)
            audit.record_system("account.second_factor_on", "user", request.user.username)
            messages.success(request, _("第二道验证开好了。"))
            return redirect("door:home")
        if token:
            answer["wrong"] = True
        answer["picture"] = segno.make(device.config_url).svg_data_uri(scale=5)
        answer["secret"] = base64.b32encode(device.bin_key).decode()
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

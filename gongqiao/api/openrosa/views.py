"""The five addresses of the field protocol, below a collector's token. What went wrong is said in words that Collect
shows; a browser that wanders in learns nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from django_scopes import scope

from gongqiao.api.openrosa import answers
from gongqiao.api.openrosa.answers import MOST_BYTES, Listed, Medium
from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files import queries as files
from gongqiao.needs.surveys import queries
from gongqiao.needs.surveys.actions import intake, tokens
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.enums import Channel
from gongqiao.needs.surveys.errors import Differs, NotKnown, Unreadable
from gongqiao.needs.surveys.models import CollectorToken, FormVersion

XML_PART = "xml_submission_file"
STATUS = {NotKnown: 404, Differs: 409, Unreadable: 400}
MOST_FILES = 100
View = Callable[..., HttpResponse]


def held(view: View) -> View:
    """Whoever holds the token acts as its collector, in his market; a request of another kind is refused."""

    @wraps(view)
    def inner(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        holder = tokens.holder(token)
        if holder is None:
            return answers.message(_("这台手机的调查地址停用了，请找驿站要新的。"), 404)
        if request.headers.get("X-OpenRosa-Version") != "1.0":
            return answers.message(_("这个地址给 ODK Collect 用，不给浏览器用。"), 400)
        with scope(market=holder.market):
            return view(request, holder, token, **kwargs)

    return csrf_exempt(inner)


@held
@require_safe
def form_list(request: HttpRequest, holder: CollectorToken, token: str) -> HttpResponse:
    """Forms of the running waves."""
    day = clock.now().astimezone(holder.market.tz).date()
    rows = queries.handed_out(holder.membership, day).prefetch_related("media")
    return answers.form_list([_listed(request, token, row) for row in rows])


def _listed(request: HttpRequest, token: str, row: FormVersion) -> Listed:
    part = {"token": token, "form": row.form.code}
    version = f"?version={row.version}"
    manifest = request.build_absolute_uri(reverse("openrosa:manifest", kwargs=part)) + version
    return Listed(
        code=row.form.code,
        name=row.form.title,
        version=row.version,
        md5=row.md5,
        address=request.build_absolute_uri(reverse("openrosa:form", kwargs=part)) + version,
        manifest=manifest if row.media.all() else "",
    )


def _wanted(request: HttpRequest, holder: CollectorToken, form: str) -> FormVersion | None:
    """The version asked for, else the newest in use."""
    rows = queries.versions(holder.membership).filter(form__code=form, state__in=FormVersion.TAKES)
    version = request.GET.get("version")
    return rows.filter(version=version).first() if version is not None else rows.first()


@held
@require_safe
def form(request: HttpRequest, holder: CollectorToken, token: str, form: str) -> HttpResponse:
    row = _wanted(request, holder, form)
    if row is None:
        return answers.message(_("没有这张表。"), 404)
    return answers.headed(HttpResponse(row.xform, "text/xml; charset=utf-8"))


@held
@require_safe
def manifest(request: HttpRequest, holder: CollectorToken, token: str, form: str) -> HttpResponse:
    row = _wanted(request, holder, form)
    if row is None:
        return answers.message(_("没有这张表。"), 404)
    part = {"token": token, "form": form}
    return answers.manifest(
        Medium(
            each.name,
            each.md5,
            request.build_absolute_uri(
                reverse("openrosa:media", kwargs={**part, "version": row.pk, "name": each.name})
            ),
        )
        for each in row.media.order_by("name")
    )


@held
@require_safe
def media(request: HttpRequest, holder: CollectorToken, token: str, form: str, version: int, name: str) -> HttpResponse:
    rows = queries.versions(holder.membership).filter(pk=version, form__code=form, state__in=FormVersion.TAKES)
    row = rows.first()
    medium = row.media.select_related("file").filter(name=name).first() if row is not None else None
    if medium is None:
        return answers.message(_("没有这个文件。"), 404)
    return answers.headed(HttpResponse(files.content(medium.file), medium.file.kind))


@held
@require_http_methods(["HEAD", "POST"])
def submission(request: HttpRequest, holder: CollectorToken, token: str) -> HttpResponse:
    """HEAD is answered by exactly 204, POST by 201 (docs.getodk.org, OpenRosa form submission)."""
    if request.method == "HEAD":
        return answers.headed(HttpResponse(status=204))
    if _length(request) > MOST_BYTES + 1_000_000:
        return answers.message(_("一次交得太多了，请分开交。"), 413)
    xml = request.FILES.get(XML_PART)
    if len(request.FILES) > MOST_FILES or not isinstance(xml, UploadedFile):
        return answers.message(_("交来的不是一份答卷。"), 400)
    parts = [part for name, part in request.FILES.items() if name != XML_PART and isinstance(part, UploadedFile)]
    device = request.GET.get("deviceID", "")[:80]
    delivery = Delivery(
        content=xml.read(),
        files={_name(part): part.read() for part in parts},
        channel=Channel.COLLECT,
        device=device,
    )
    try:
        row = intake.receive(delivery, by=holder.membership)
    except Refused as why:
        return answers.message(str(why), STATUS.get(type(why), 403))
    _heard(holder, device)
    return answers.message(_("收到了。") if row.state != "receiving" else _("收到一部分，还差附件。"), 201)


def _length(request: HttpRequest) -> int:
    """0 when it is not said, or said in no number: then the body is read, which is limited by itself."""
    said = request.headers.get("Content-Length") or ""
    return int(said) if said.isascii() and said.isdigit() else 0


def _name(part: "UploadedFile[Any]") -> str:
    """The file's own name; directories do not count."""
    return str(part.name).replace("\\", "/").rpartition("/")[2]


@transaction.atomic
def _heard(holder: CollectorToken, device: str) -> None:
    CollectorToken.objects.filter(pk=holder.pk).update(heard_at=clock.now(), device=device or holder.device)

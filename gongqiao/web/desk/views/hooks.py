"""Lines to other systems: the list with a new one, one of them with every attempt, its steps."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.channels.webhook import actions, queries
from gongqiao.channels.webhook.actions import Made
from gongqiao.channels.webhook.models import Hook
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.web.access import needs
from gongqiao.web.desk.hook_forms import HookForm
from gongqiao.web.http import Request, actor

PAGE = 30


def _rotate(hook: Hook, by: Membership) -> Made:
    return actions.rotate(hook, by=by)


STEPS: dict[str, Callable[[Hook, Membership], object]] = {
    "rotate": _rotate,
    "test": lambda hook, by: actions.try_it(hook, by=by),
    "stop": lambda hook, by: actions.stop(hook, by=by),
    "resume": lambda hook, by: actions.resume(hook, by=by),
    "remove": lambda hook, by: actions.remove(hook, by=by),
}


@needs(Right.MARKET_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: Request) -> HttpResponse:
    by = actor(request)
    form = HookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.subscribe(by=by, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _shown(request, made.hook, made.secret)
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/hooks.html", {"form": form, "rows": queries.visible_to(by)}, status=status)


@needs(Right.MARKET_SETTINGS)
@require_safe
def show(request: Request, pk: str) -> HttpResponse:
    return _shown(request, _hook(request, pk))


def _shown(request: Request, hook: Hook, secret: str = "") -> HttpResponse:
    """The secret stands on the answer to its making and nowhere else."""
    page = Paginator(queries.deliveries(hook), PAGE).get_page(request.GET.get("page"))
    facts = {"hook": hook, "secret": secret, "page": page}
    response = render(request, "desk/hook.html", facts)
    response["Cache-Control"] = "no-store"
    return response


def _hook(request: Request, pk: str) -> Hook:
    found: Hook = get_object_or_404(queries.visible_to(actor(request)), pk=pk)
    return found


@needs(Right.MARKET_SETTINGS)
@require_POST
def act(request: Request, pk: str, act: str) -> HttpResponse:
    """One step; a new key is shown on the answer."""
    hook = _hook(request, pk)
    if act not in STEPS:
        raise Http404
    done = STEPS[act](hook, actor(request))
    if isinstance(done, Made):
        return _shown(request, done.hook, done.secret)
    messages.success(request, _("已经排上，几秒钟后看下面的记录。") if act == "test" else _("办好了。"))
    return redirect("desk:hooks") if act == "remove" else redirect("desk:hook", hook.pk)

"""Tokens for programs: the page that a manager, a worker and an employer each have of their own."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext_lazy as _p

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.tokens import actions, queries, rules
from gongqiao.web.http import Request, actor

MOST = 100  # rows of the list
LIVES = [("7", _l("7 天")), ("30", _l("30 天")), ("90", _l("90 天")), ("365", _l("一年"))]


class TokenForm(forms.Form):
    """Where it is used, what it may do, for how long; for whom, where there is a choice."""

    post = forms.ChoiceField(label=_l("谁的程序"), choices=())
    label = forms.CharField(
        label=_l("用在哪里"), max_length=rules.MOST_LABEL, help_text=_l("写个自己认得的名字，例如：排班表。")
    )
    scopes = forms.MultipleChoiceField(label=_p("token", "能做什么"), choices=(), widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(label=_l("用多久"), choices=LIVES, coerce=int, initial="90")

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._posts = {str(post.pk): post for post in queries.posts_for(by)}
        scopes = dict.fromkeys(scope for post in self._posts.values() for scope in rules.scopes_for(post))
        self.fields["scopes"].choices = [(scope.value, scope.label) for scope in scopes]  # type: ignore[attr-defined]
        self.fields["post"].choices = [(key, _called(post)) for key, post in self._posts.items()]  # type: ignore[attr-defined]
        if len(self._posts) == 1:
            del self.fields["post"]

    def wanted(self) -> dict[str, Any]:
        """As `actions.issue` takes it, the post first."""
        data = self.cleaned_data
        post = self._posts[data["post"]] if "post" in data else next(iter(self._posts.values()))
        return {
            "post": post,
            "label": data["label"],
            "scopes": data["scopes"],
            "life": timedelta(days=data["days"]),
        }


def _called(post: Membership) -> str:
    return f"{post.organisation.name} · {post.title}" if post.organisation is not None else post.title


def page(request: Request, template: str, **facts: Any) -> HttpResponse:
    """The list, and a new one: its secret stands on this one answer and nowhere else."""
    by = actor(request)
    form = TokenForm(request.POST if request.method == "POST" else None, by=by)
    issued, status = None, 200
    if request.method == "POST":
        issued, status = _issued(form, by), 422
    if issued is not None:
        form, status = TokenForm(by=by), 200
    rows = [(row, row.is_open(request.now)) for row in queries.visible_to(by)[:MOST]]
    response = render(request, template, {"form": form, "issued": issued, "rows": rows, **facts}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _issued(form: TokenForm, by: Membership) -> actions.Issued | None:
    if not form.is_valid():
        return None
    try:
        return actions.issue(by=by, **form.wanted())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def take_back(request: Request, pk: int, back: str, *args: Any) -> HttpResponse:
    """Good for nothing from the next request on."""
    by = actor(request)
    token = get_object_or_404(queries.visible_to(by), pk=pk)
    actions.revoke(token, by=by)
    messages.success(request, _("收回了，从现在起它什么都打不开。"))
    return redirect(back, *args)

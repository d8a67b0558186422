"""我的资料: every value with its source, put right, copied, taken back, deleted, by the worker himself."""

import json
from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from gongqiao.foundation.consent import queries as consents
from gongqiao.foundation.consent.models import Purpose
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.money import yuan
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers import words
from gongqiao.needs.dossiers.actions import Facts
from gongqiao.needs.dossiers.enums import Source
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.feedback.enums import State
from gongqiao.services.mydata import actions, queries
from gongqiao.services.placement.refusals import refused_by
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor
from gongqiao.web.readonly import audit_door
from gongqiao.web.ui.checking import checked
from gongqiao.web.ui.templatetags.ui import minutes
from gongqiao.web.worker.forms import FIELDS, SayForm, SkillForm, label
from gongqiao.web.worker.tickets import open_here

Step = Callable[[Request, Dossier, Membership], None]
# The page's order: by what it is about; every name of words.NAMES once (tests/web/test_own_file.py).
THEMES = (
    (gettext_lazy("您是谁"), tuple(words.IDENTITY)),
    (gettext_lazy("怎么找您"), ("channel", "channel_note", "home")),
    (gettext_lazy("什么时候、多远能干"), ("week_hours", "max_distance_m", "travel", "pay_floor")),
    (gettext_lazy("想干什么、想学什么"), ("preferred", "languages", "training_wishes")),
    (gettext_lazy("别的"), ("concerns", "note")),
)
# What the paper shows of each part of the copy: key -> heading.
COLUMNS = {
    "values": (
        gettext_lazy("档案里写的"),
        {
            "label": gettext_lazy("哪一样"),
            "words": gettext_lazy("写的是"),
            "source_words": gettext_lazy("谁说的"),
            "as_of": gettext_lazy("哪天说的"),
            "by": gettext_lazy("谁记的"),
        },
    ),
    "consents": (
        gettext_lazy("同意过的"),
        {
            "text": gettext_lazy("写的是"),
            "given_at": gettext_lazy("哪天同意"),
            "withdrawn_at": gettext_lazy("哪天撤回"),
        },
    ),
    "work": (
        gettext_lazy("干过的、报过名的活"),
        {
            "employer": gettext_lazy("用工方"),
            "title": gettext_lazy("活"),
            "starts_at": gettext_lazy("从"),
            "ends_at": gettext_lazy("到"),
            "worker_minutes": gettext_lazy("您记的"),
            "employer_minutes": gettext_lazy("用工方记的"),
            "due_fen": gettext_lazy("该给"),
            "paid_fen": gettext_lazy("给了"),
        },
    ),
    "tickets": (
        gettext_lazy("说过的话"),
        {"filed_at": gettext_lazy("哪天"), "text": gettext_lazy("说的是"), "state": gettext_lazy("办到哪了")},
    ),
}


@needs(Right.OWN_WORK)
@require_safe
def mine(request: Request, market: str) -> HttpResponse:
    """Everything that stands about him, with who said it and when, and what he may do with it."""
    own = queries.own(actor(request))
    values = {value.field: value for value in own.current_values}  # type: ignore[attr-defined]
    homes, known = words.places(values.values()), catalogue()
    answer = {
        "own": own,
        "themes": [
            (title, [_line(own, name, values, homes) for name in names if name in values or name in FIELDS])
            for title, names in THEMES
        ],
        "skills": [(row, known.trades[row.trade].name) for row in own.skills.all() if row.trade in known.trades],
        "certificates": [(row, known.certificates[row.kind].name) for row in own.certificates.all()],
        "skill_form": SkillForm(auto_id="skill-%s"),
        "consents": consents.standing(own.person),
        "asked": queries.asked(own.person),
        "kept": queries.kept(own),
        "unfinished": queries.unfinished(own),
        "refused": refused_by(own),
        "tab": "work",
    }
    return _unkept(render(request, "worker/file.html", answer))


def _line(own: Dossier, name: str, values: dict[str, object], homes: dict[str, str]) -> dict[str, object]:
    value = values.get(name)
    said = words.of_value(name, getattr(value, "value", None), homes)
    if name == "birth" and own.person.birth_date is not None:  # the value says how it is known, the person what it is
        said = _("%(day)s（%(how)s）") % {"day": own.person.birth_date.isoformat(), "how": said}
    return {
        "name": name,
        "label": label(name),
        "value": value,
        "words": said,
        "form": SayForm(name, dossier=own) if name in FIELDS and name != "home" else None,
        "on_its_page": name == "home",  # a city has a thousand communities
        "empties": name in actions.EMPTY and bool(getattr(value, "value", None)),
    }


@needs(Right.OWN_WORK)
@require_safe
def paper(request: Request, market: str) -> HttpResponse:
    """The same copy for paper or PDF, with the digest by which it is known again."""
    told = _copied(request)
    parts = [
        (title, [[(head, _in_words(key, row[key])) for key, head in heads.items()] for row in told[name]])
        for name, (title, heads) in COLUMNS.items()
    ]
    answer = {"told": told, "made_at": _in_words("made_at", told["made_at"]), "parts": parts, "tab": "work"}
    return _unkept(render(request, "worker/file_paper.html", answer))


def _in_words(key: str, told: object) -> str:
    """A figure of the copy as a person reads it: the market's clock, hours, yuan."""
    if told is None or told == "":
        return "—"
    if key.endswith("_at"):
        return f"{timezone.localtime(datetime.fromisoformat(str(told))):%Y-%m-%d %H:%M}"
    if isinstance(told, int):
        return yuan(told) if key.endswith("_fen") else minutes(told)
    return str(State(str(told)).label if key == "state" else told)


@needs(Right.OWN_WORK)
@require_safe
def data(request: Request, market: str) -> HttpResponse:
    """The copy as a file that another system can read (PIPL 45)."""
    text = json.dumps(_copied(request), ensure_ascii=False, indent=1)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return _unkept(answer)


def _copied(request: Request) -> queries.Row:
    by = actor(request)
    told = queries.whole(by, request.now)
    with audit_door():
        actions.record_export(queries.own(by), by=by, digest=told["sha256"])
    return told


def _unkept(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer


def _say(request: Request, own: Dossier, by: Membership) -> None:
    name = request.POST.get("field", "")
    if name not in FIELDS:
        raise Refused(_("这一样要在柜台改，或在下面写给我们。"))
    form = checked(SayForm(name, request.POST, dossier=own))
    dossiers.update(own, Facts(form.values()), by=by, source=Source.SELF)


def _forget(request: Request, own: Dossier, by: Membership) -> None:
    actions.forget(own, request.POST.get("field", ""), by=by)


def _skill(request: Request, own: Dossier, by: Membership) -> None:
    said = checked(SkillForm(request.POST)).cleaned_data
    dossiers.update(own, Facts(skills={said["trade"]: said["level"]}), by=by, source=Source.SELF)


def _purpose(request: Request) -> Purpose:
    if request.POST.get("purpose") not in Purpose.values:
        raise Refused(_("没有这一份同意书。"))
    return Purpose(request.POST["purpose"])


STEPS: dict[str, Step] = {
    "say": _say,
    "forget": _forget,
    "skill": _skill,
    "drop-skill": lambda request, own, by: dossiers.drop_skill(own, request.POST.get("trade", ""), by=by),
    "drop-certificate": lambda request, own, by: dossiers.drop_certificate(own, request.POST.get("kind", ""), by=by),
    "agree": lambda request, own, by: dossiers.agree(own, _purpose(request), by=by, source=Source.SELF),
    "withdraw": lambda request, own, by: dossiers.withdraw_consent(own, _purpose(request), by=by, source=Source.SELF),
    "pause": lambda request, own, by: dossiers.pause(own, by=by),
    "resume": lambda request, own, by: dossiers.resume(own, by=by),
}
ASKS = tuple(kind.value for kind in actions.Kind)


@needs(Right.OWN_WORK)
@require_POST
def act(request: Request, market: str, act: str) -> HttpResponse:
    """One step on his own file; correcting a name and deleting are asked for, with a day by which they are answered."""
    by = actor(request)
    own = queries.own(by)
    if act in ASKS:
        filed = actions.ask(actions.Kind(act), request.POST.get("text", ""), by=by)
        open_here(request, filed.ticket)
        return redirect("worker:thread", market)
    if act not in STEPS:
        raise Http404
    STEPS[act](request, own, by)
    messages.success(request, _("记下了。"))
    return redirect("worker:file", market)

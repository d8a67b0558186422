"""What a desk sealed, read by the ordinary forms."""

from collections.abc import Mapping

from django.http import QueryDict
from django.utils.translation import gettext as _

from gongqiao.channels.offline.enums import Kind
from gongqiao.channels.offline.sent import Pairs, Registration, Sent, Unfit, Visit, Work
from gongqiao.foundation.consent.models import Purpose
from gongqiao.foundation.organisations.models import Membership
from gongqiao.web.desk.forms import DossierForm
from gongqiao.web.http import whole_number

ALL = (Purpose.MATCHING, Purpose.INTRODUCE, Purpose.MESSAGES)


def work_of(sent: Sent, by: Membership) -> Work:
    """What is to be done; what the form does not take is unfit, and says why."""
    data = querydict(sent.said)
    if sent.kind == Kind.CHECK_IN:
        return visit(data, after=sent.follows is not None)
    form = DossierForm(data, market=by.market)
    return registration(form) if form.is_valid() else Unfit(errors_of(form))


def visit(data: Mapping[str, str], *, after: bool = False) -> Visit:
    """As typed on the page that stays (number, name), pressed on a file (file) or among several at the arrivals
    (dossier), scanned or typed there (who)."""
    number, name, who = (data.get(field, "").strip() for field in ("number", "name", "who"))
    file = whole_number(data.get("file")) or whole_number(data.get("dossier"))
    return Visit(number, name, file, who=who, after=after)


def querydict(said: Pairs) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, value in said:
        found.appendlist(name, value)
    return found


def registration(form: DossierForm) -> Registration:
    """Of a form that is valid."""
    data = form.cleaned_data
    return Registration(form.identity(), form.facts(), ALL if data["agreed"] else (), bool(data["another"]))


def errors_of(form: DossierForm) -> str:
    """Each fault with the name of its field, in one line."""
    told = [str(error) for error in form.non_field_errors()]
    for field in form:
        told += [_("%(field)s：%(error)s") % {"field": field.label, "error": error} for error in field.errors]
    return " ".join(told)

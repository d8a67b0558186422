"""One renderer: every form and field is drawn by the same two templates; a form that knows what it was opened over."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.crypto import salted_hmac
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _


class UiRenderer(DjangoTemplates):
    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"

    def get_template(self, template_name: str) -> Any:
        from django.template.loader import get_template  # noqa: PLC0415 -- the loader needs the app registry

        if template_name.startswith("ui/"):
            return get_template(template_name)
        return super().get_template(template_name)


def options(choices: Iterable[tuple[Any, Any]], chosen: Iterable[str]) -> SafeString:
    """The <option>s of choices as forms know them, groups included, the chosen ones marked."""
    wanted = set(chosen)
    parts = [
        format_html('<optgroup label="{}">{}</optgroup>', value, options(label, wanted))
        if isinstance(label, (list, tuple))
        else format_html('<option value="{}"{}>{}</option>', value, SELECTED if str(value) in wanted else "", label)
        for value, label in choices
    ]
    return format_html_join("", "{}", ((part,) for part in parts))


SELECTED = SafeString(" selected")


class LongSelect(forms.Select):
    """A select of a thousand options written in one go: Django renders a template for each, 0.2 s in all."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        found = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", found, options(self.choices, self.format_value(value)))


STALE = _("您打开这一页以后，有人改过。请重新打开这一页，看清楚再改。")


def mark_of(shown: Any) -> str:
    """A short mark of what a page showed; whoever sends it back says what he had seen."""
    return salted_hmac("seen", json.dumps(shown, default=str, sort_keys=True)).hexdigest()[:16]


class SeenField(forms.CharField):
    """Hidden: the mark of what the page showed when it was opened. Anything else means that somebody was first."""

    def __init__(self, mark: str) -> None:
        said = {"required": STALE}
        super().__init__(label=_("打开时的样子"), initial=mark, widget=forms.HiddenInput, error_messages=said)
        self.mark = mark

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value != self.mark:
            raise forms.ValidationError(STALE)

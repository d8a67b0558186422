"""One renderer: every form and field is drawn by the same two templates."""

from typing import Any

from django.forms.renderers import DjangoTemplates


class UiRenderer(DjangoTemplates):
    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"

    def get_template(self, template_name: str) -> Any:
        from django.template.loader import get_template  # noqa: PLC0415 -- the loader needs the app registry

        if template_name.startswith("ui/"):
            return get_template(template_name)
        return super().get_template(template_name)

"""Forms of the hall: what windows do, and the windows."""

from typing import Any

from django import forms

from gongqiao.services.hall.actions.setup import ServiceFacts, WindowFacts
from gongqiao.services.hall.models import Service, Window


class ServiceForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    class Meta:
        model = Service
        fields = ("letter", "name", "minutes", "offered")

    def clean_letter(self) -> str:
        return str(self.cleaned_data["letter"]).upper()

    def _post_clean(self) -> None:
        """The action checks the rules of the row, for every way there is to change it."""

    def facts(self) -> ServiceFacts:
        return ServiceFacts(**self.cleaned_data)


class WindowForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    class Meta:
        model = Window
        fields = ("number", "letters", "opens_at", "closes_at", "on_holidays", "in_use")
        widgets: dict[str, Any] = {
            "opens_at": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "closes_at": forms.TimeInput({"type": "time"}, format="%H:%M"),
        }

    def clean_letters(self) -> str:
        return "".join(sign for sign in str(self.cleaned_data["letters"]).upper() if sign.isalpha())

    def _post_clean(self) -> None:
        """The action checks the rules of the row, for every way there is to change it."""

    def facts(self) -> WindowFacts:
        return WindowFacts(**self.cleaned_data)

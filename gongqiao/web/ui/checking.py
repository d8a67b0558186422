"""A small form that is one button of a page: it is right, or refused in words."""

from typing import TypeVar

from django import forms

from gongqiao.foundation.errors import Refused

Form = TypeVar("Form", bound=forms.Form)


def checked(form: Form) -> Form:
    """The form, or Refused naming each field and what is wrong with it."""
    if not form.is_valid():
        wrong = [f"{form[name].label}：{'，'.join(map(str, said))}" for name, said in form.errors.items()]
        raise Refused("；".join(wrong))
    return form

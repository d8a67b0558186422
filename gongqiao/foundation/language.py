"""Words that are kept or sent: whoever acts may read his screen in English, and whoever is told reads Chinese."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation


@contextmanager
def first_language() -> Iterator[None]:
    """The first language of the house, not that of the screen; `with`, or over a function that writes for somebody."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


def other_languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]

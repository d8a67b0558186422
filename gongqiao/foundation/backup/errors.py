"""What the operator is told: each text in Chinese and, where the catalogue has it, in English on the same line."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import override

LANGUAGES = ("zh-hans", "en")


class Words:
    """A text for a person, with its facts; not yet in any language."""

    def __init__(self, text: str | Promise, **facts: Any) -> None:
        self.text, self.facts = text, facts

    def __str__(self) -> str:
        return str(self.text) % self.facts if self.facts else str(self.text)

    def both(self) -> str:
        """`中文 / English`, as every line of the launcher."""
        said = []
        for language in LANGUAGES:
            with override(language):
                said.append(str(self))
        return " / ".join(dict.fromkeys(said))


class BackupError(Exception):
    """A backup or a restore that was not done; nothing was changed."""

    def __init__(self, text: str | Promise, **facts: Any) -> None:
        super().__init__(text, facts)
        self.words = Words(text, **facts)

    def __str__(self) -> str:
        return str(self.words)

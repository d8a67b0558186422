"""Words that go past a form: no longer than their column. SQLite would take them, PostgreSQL would not."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused


def check_lengths(model: type[models.Model], **fields: Any) -> None:
    """Refused, with its first words, when a text is longer than it holds."""
    for name, value in fields.items():
        column = model._meta.get_field(name)
        most = getattr(column, "max_length", None)
        if most is not None and isinstance(value, str) and len(value) > most:
            said = {"most": most, "length": len(value), "begin": value[:10]}
            raise Refused(_("最多写 %(most)s 个字，“%(begin)s……”有 %(length)s 个。") % said)

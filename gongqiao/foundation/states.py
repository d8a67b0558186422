"""States move only here: compare-and-set against the table the model declares (architecture rule 3)."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.lengths import check_lengths

Table = Mapping[Any, frozenset[Any]]


def can_move(obj: Any, to: Enum) -> bool:
    return to in obj.MOVES.get(obj.state, frozenset())


def move(obj: Any, *, to: Any, **fields: Any) -> None:
    """Move `obj` from the state that was seen to `to`, writing `fields` in the same statement.

    Raises Refused when the table has no such move or a text is too long, Stale when another writer moved the row first.
    """
    if not can_move(obj, to):
        told = {"here": obj.get_state_display(), "there": getattr(to, "label", to)}
        raise Refused(_("现在是“%(here)s”，不能改成“%(there)s”。") % told)
    model: type[models.Model] = type(obj)
    check_lengths(model, **fields)
    moved = model._base_manager.filter(pk=obj.pk, state=obj.state).update(state=to, **fields)
    if moved != 1:
        raise Stale
    obj.state = to
    for name, value in fields.items():
        setattr(obj, name, value)


def labels(choices: type[models.TextChoices], moves: Table) -> list[tuple[str, list[str]]]:
    """The table as words, for the manual and the page that draws it."""
    return [(str(choice.label), [str(choices(to).label) for to in sorted(moves.get(choice, ()))]) for choice in choices]


def check_constraint(name: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """The database knows the states too."""
    return models.CheckConstraint(condition=models.Q(state__in=sorted(choices.values)), name=name)

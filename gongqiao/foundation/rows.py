"""A row checked by its own rules before it is saved, for actions that take what a person typed."""

from django.core.exceptions import ValidationError
from django.db import models

from gongqiao.foundation.errors import Refused


def check_row(row: models.Model) -> None:
    """Refused, naming each field and what is wrong with it."""
    try:
        row.full_clean()
    except ValidationError as error:
        labels = {field.name: str(getattr(field, "verbose_name", "")) for field in row._meta.get_fields()}
        told = [f"{labels.get(name, '')}：{'，'.join(said)}".lstrip("：") for name, said in error.message_dict.items()]
        raise Refused("；".join(told)) from None

"""Somebody who acts for a worker, through the real actions."""

from datetime import timedelta
from itertools import count
from typing import Any

from gongqiao.foundation.organisations.queries import today
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.family import actions
from gongqiao.needs.family.actions import Named
from gongqiao.needs.family.enums import Relation
from gongqiao.needs.family.models import Helper
from tests.factories import House

_phones = count(1)


def named(place: House, name: str = "韦小妹", **facts: Any) -> Named:
    until = today(place.zhou) + timedelta(days=90)
    phone = f"155{next(_phones):08d}"
    return Named(**{"name": name, "phone": phone, "relation": Relation.SIBLING, "until": until, **facts})


def helper(place: House, dossier: Dossier, name: str = "韦小妹", *, present: bool = True, **facts: Any) -> Helper:
    """Named at the desk by the worker; `present`: she stood beside him and said yes."""
    return actions.name_helper(dossier, named(place, name, **facts), by=place.zhou, present=present)

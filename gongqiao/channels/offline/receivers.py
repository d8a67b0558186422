"""Listening to the files: of somebody who asked to be deleted nothing that a desk wrote down offline stays."""

from typing import Any

from gongqiao.channels.offline.enums import State
from gongqiao.channels.offline.models import Entry
from gongqiao.foundation import clock
from gongqiao.needs.dossiers.models import Dossier


def after_erased(*, dossier: Dossier, **facts: Any) -> None:
    rows = Entry.objects.filter(dossier=dossier)
    rows.filter(state=State.WAITS).update(state=State.DROPPED, settled_at=clock.now())
    rows.update(body="", why="")

"""Listening, in the transaction of the act: a verification asks for a search, a withdrawal calls it off, and no reason
stays of somebody who asked to be deleted."""

from typing import Any

from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.recommending import actions


def after_verified(*, posting_id: int, market_id: int, verification_id: int, **facts: Any) -> None:
    actions.ask(posting_id, market_id, verification_id)


def after_withdrawn(*, posting_id: int, **facts: Any) -> None:
    actions.call_off(posting_id)


def after_erased(*, dossier: Dossier, **facts: Any) -> None:
    actions.forget(dossier)

"""What people do to dossiers."""

from gongqiao.needs.dossiers.actions.cards import print_card, replace_card
from gongqiao.needs.dossiers.actions.changes import (
    check_can_write,
    clear_day,
    confirm,
    drop_certificate,
    drop_skill,
    record_reading,
    set_day,
    set_personalised,
    update,
)
from gongqiao.needs.dossiers.actions.facts import FIELDS, Certified, Facts, Identity
from gongqiao.needs.dossiers.actions.identity import correct_identity
from gongqiao.needs.dossiers.actions.registration import Entry, register, register_all
from gongqiao.needs.dossiers.actions.standing import agree, merge, pause, resume, unmerge, withdraw_consent
from gongqiao.needs.dossiers.actions.takeback import take_back_all

__all__ = [
    "FIELDS",
    "Certified",
    "Entry",
    "Facts",
    "Identity",
    "agree",
    "check_can_write",
    "clear_day",
    "confirm",
    "correct_identity",
    "drop_certificate",
    "drop_skill",
    "merge",
    "pause",
    "record_reading",
    "print_card",
    "register",
    "register_all",
    "replace_card",
    "resume",
    "set_day",
    "set_personalised",
    "take_back_all",
    "unmerge",
    "update",
    "withdraw_consent",
]

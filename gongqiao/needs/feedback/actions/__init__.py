"""What people do to tickets."""

from gongqiao.needs.feedback.actions.ending import (
    approve,
    close_silent,
    rate,
    record_call_back,
    reopen,
    resolve,
    send_back,
)
from gongqiao.needs.feedback.actions.filing import Filed, Photo, Said, Voice, file
from gongqiao.needs.feedback.actions.handling import (
    answer,
    answer_as_employer,
    ask_employer,
    assign,
    name_employer,
    name_person,
    note,
    record_reading,
    release,
    reply,
    sort_anew,
    take,
    transcribe,
)
from gongqiao.needs.feedback.actions.house import (
    agree_handler,
    drop_handler,
    name_handler,
    publish,
    withdraw,
    write_change,
)
from gongqiao.needs.feedback.actions.offers import answer_offer, hand_offer
from gongqiao.needs.feedback.actions.rising import escalate
from gongqiao.needs.feedback.actions.telling import record_told
from gongqiao.needs.feedback.actions.thread import MOST_PICTURE, MOST_PICTURES, MOST_VOICE

__all__ = [
    "MOST_PICTURE",
    "MOST_PICTURES",
    "MOST_VOICE",
    "Filed",
    "Photo",
    "Said",
    "Voice",
    "agree_handler",
    "answer",
    "answer_as_employer",
    "answer_offer",
    "approve",
    "ask_employer",
    "assign",
    "close_silent",
    "drop_handler",
    "escalate",
    "file",
    "hand_offer",
    "name_employer",
    "name_handler",
    "name_person",
    "note",
    "publish",
    "rate",
    "record_call_back",
    "record_reading",
    "record_told",
    "release",
    "reopen",
    "reply",
    "resolve",
    "send_back",
    "sort_anew",
    "take",
    "transcribe",
    "withdraw",
    "write_change",
]

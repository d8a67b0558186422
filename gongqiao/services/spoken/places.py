"""Where something is read aloud: a page, its heading and its instruction as somebody would say it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongqiao.services.spoken.enums import BuiltIn


@dataclass(frozen=True)
class Place:
    """`says` is what the speaker reads into the microphone, and what a browser's voice reads where nobody has."""

    key: str
    label: str | Promise
    says: str | Promise


PLACES = (
    Place(
        "jobs",
        _("找活"),
        _(
            "这里是找活。往下看，一格就是一份活，写着工钱、时间、在哪里集合。想去，就按“我要去”。想问，就按“先问问”，给驿站打电话。找活不花钱。"
        ),
    ),
    Place("communities", _("选社区"), _("选您住的社区，近的活就排在前面。")),
    Place(
        "job",
        _("一份活"),
        _("这是一份活。工钱、时间、在哪里集合，都有人问过用工方。要去，就按“我要去”。"),
    ),
    Place(
        "apply",
        _("报名"),
        _("要报名，先写手机号，再写收到的六个数字。没有手机，到窗口说一声，我们帮您报。"),
    ),
    Place(
        "work",
        _("我的活"),
        _("这里是您的活。叫您去的，按“去”，或者按“不去了”。干完了，写上干了几个小时。"),
    ),
    Place(
        "pay",
        _("工钱"),
        _("这里是您的工钱。该给多少，给了没有，都写着。钱不对，就按“钱不对”，驿站会有人找您。"),
    ),
    Place(
        "say",
        _("有话说"),
        _("有话说。钱不对，受了伤，受了气，有主意，都可以说。不用留名字。说完给您一个号，凭这个号来查。"),
    ),
    Place("thread", _("查诉求"), _("这里看您说的事办到哪里了。上面的查询码记下来，凭它来查。")),
    Place("survey", _("问卷"), _("这是一份问卷，一步一步答。不想答的可以不答，答过的会存下来。")),
    Place(
        "kiosk",
        _("自助机"),
        _("按一个大按钮：找活，报到取号，看我的工，或者说一说。不会按，叫一声，就有人来帮您。"),
    ),
    Place("station", _("驿站里有什么"), _("这里写着驿站几点开门，有什么可以用，可以借什么工具。借工具不收押金。")),
)
_CALL = _("叫号声音")
CALLS_IN = BuiltIn.CMN  # the tongue in which a hall calls its numbers
# What a called number is put together from (services/hall/voice.py): said in the hall's own tongue, so not translated.
PIECES = (
    Place("hall-please", _CALL, "请"),
    *(Place(f"letter-{letter}", _CALL, letter) for letter in "ABCDEF"),
    *(Place(f"digit-{figure}", _CALL, said) for figure, said in enumerate("零一二三四五六七八九")),
    Place("hall-number-to", _CALL, "号，到"),
    Place("hall-window", _CALL, "号窗口"),
)
BY_KEY = {place.key: place for place in (*PLACES, *PIECES)}

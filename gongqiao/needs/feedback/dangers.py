"""Words that point to more than a complaint: why each stands here, and what is offered.

A word offers and never decides: an offer too many costs one question, one too few may cost a person. Only plain strings
and short patterns, so that whoever keeps the list can read it.
"""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongqiao.needs.feedback.enums import Danger

# 心理援助 12356, 急救 120, 报警 110: the three that any phone in mainland China reaches.
HELP_LINES = ("12356", "120", "110")


@dataclass(frozen=True)
class Word:
    """`pattern` over the text without spaces; `but` takes back what only sounds like it."""

    danger: Danger
    pattern: str
    why: str | Promise
    but: str = ""

    def stands_in(self, text: str) -> bool:
        left = re.sub(self.but, "", text) if self.but else text
        return re.search(self.pattern, left) is not None


_OWED = _("可能是拖欠工钱，有期限（劳动争议调解仲裁法 27 条），早立案早保住时效")
_HURT = _("可能是工伤或人身损害，要及早留证据、认定（工伤保险条例 17 条）")
_HIT = _("可能是违法侵害，先保人身安全（治安管理处罚法）")
_LIFE = _("可能有轻生的念头，先有人陪，不等立案（精神卫生法 28 条）")

WORDS = (
    Word(Danger.WAGE, r"(不给|没给|拖欠|拖着|欠|克扣|扣了?|少给|赖).{0,6}(工钱|工资|血汗钱|薪)", _OWED),
    Word(
        Danger.WAGE,
        r"(工钱|工资|薪水|血汗钱).{0,8}(没给|不给|没发|不发|没拿到|拿不到|没结|不结|要不到|拖|欠|少|扣)",
        _OWED,
    ),
    Word(Danger.WAGE, r"(白干|欠薪|讨薪)", _OWED),
    Word(
        Danger.INJURY,
        r"(受伤|工伤|摔伤|摔断|砸到|砸伤|压伤|割伤|烫伤|触电|骨折|断了|流血|住院|中暑|晕倒|残疾)",
        _HURT,
        but=r"没有?(人)?受伤|(手机|网络?|线|电|联系)断了",
    ),
    Word(Danger.VIOLENCE, r"(打我|打人|被打|挨打|打伤|动手|威胁|恐吓|拿刀|砍)", _HIT, but=r"不动手|动手(干|做|能力)"),
    Word(Danger.VIOLENCE, r"(骚扰|摸我|非礼|猥亵|强奸|性侵|限制自由|不让走|关起来|扣身份证)", _HIT),
    Word(Danger.SELF_HARM, r"(不想活|想死|自杀|轻生|跳楼|跳河|割腕|喝农药|活不下去|活着没意思|死了算了)", _LIFE),
)


@dataclass(frozen=True)
class Found:
    danger: Danger
    why: str | Promise


def found_in(text: str) -> list[Found]:
    """Each danger once, the gravest first."""
    folded = re.sub(r"\s+", "", text)
    seen: dict[Danger, Found] = {}
    for word in WORDS:
        if word.danger not in seen and word.stands_in(folded):
            seen[word.danger] = Found(word.danger, word.why)
    grave = (Danger.SELF_HARM, Danger.VIOLENCE, Danger.INJURY, Danger.WAGE)
    return [seen[danger] for danger in grave if danger in seen]

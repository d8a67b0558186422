"""A guide for the moderator of a group talk (paper 5.1-1): what to say at the beginning, five topics in an order that
goes from easy to hard, what was said and how many thought so. Nobody's name is written."""

from typing import Any

from gongqiao.needs.surveys.forms.tables import END, NOBODY, START, Row, hint, refused, sheets

AGREED = {"relevant": "${consent} = 'yes'"}
TOPICS = (
    (
        "a_day",
        "一天是怎么过的",
        "A day",
        "从早上几点出门说起：昨天等活、干活、回家，是怎么过的？",
        "Begin in the morning: how did yesterday go, waiting, working, coming home?",
    ),
    (
        "finding",
        "找活",
        "Finding work",
        "上一个活是怎么找到的？哪一步最费劲？",
        "How did you find your last work? Which step was the hardest?",
    ),
    (
        "pay",
        "工钱和平安",
        "Pay and safety",
        "工钱是怎么说定的、怎么给的？有没有哪一回心里不踏实？说事，不说名字。",
        "How was the pay agreed and paid? Was there a time you felt uneasy? The story, not the names.",
    ),
    (
        "learning",
        "学本事",
        "Learning",
        "有没有哪个活想干、但是不会？什么样的课您来得了？",
        "Is there work you would like but cannot do? What kind of class could you come to?",
    ),
    (
        "station",
        "驿站",
        "The station",
        "要是驿站只能改一样，您最想改哪一样？为什么？",
        "If the station could mend one thing, which should it be, and why?",
    ),
)


def _topic(name: str, zh: str, en: str, ask_zh: str, ask_en: str) -> tuple[Row, ...]:
    """What to ask aloud, then what was heard."""
    return (
        ("begin_group", name, zh, en, AGREED),
        ("note", f"{name}_ask", f"念：{ask_zh}", f"Read aloud: {ask_en}", {}),
        (
            "text",
            f"{name}_said",
            "大家怎么说？（记原话，不记名字）",
            "What was said? (their words, no names)",
            {"appearance": "multiline"},
        ),
        ("select_one views", f"{name}_views", "大家的看法一样吗？", "Did they see it the same way?", {}),
        ("end_group", "", "", "", {}),
    )


ROWS: tuple[Row, ...] = (
    START,
    END,
    ("date", "day", "哪天谈的？", "On which day?", {"required": "yes"}),
    (
        "integer",
        "people",
        "来了几个人？",
        "How many people came?",
        {
            "required": "yes",
            **refused(". >= 3 and . <= 15", "3 到 15 个人；再多请分两组。", "From 3 to 15; make two groups of more."),
            **hint("六到十个人最好谈", "six to ten talk best"),
        },
    ),
    (
        "integer",
        "women",
        "其中女的几个？",
        "How many of them women?",
        refused(". >= 0 and . <= ${people}", "不能比来的人多。", "No more than came."),
    ),
    (
        "integer",
        "over_fifty",
        "五十岁以上的几个？",
        "How many over fifty?",
        refused(". >= 0 and . <= ${people}", "不能比来的人多。", "No more than came."),
    ),
    (
        "note",
        "open",
        "念：谢谢大家来。今天谈一个钟头，没有对错，想到什么说什么。记的是话，不记是谁说的。"
        "在这里听到的，出了门不往外说。不想答的可以不答，想走随时可以走。",
        "Read aloud: thank you for coming. We talk for an hour; nothing is right or wrong. We write words, not who "
        "said them. What is heard here stays here. You may skip anything, and leave whenever you like.",
        {},
    ),
    (
        "select_one agree",
        "consent",
        "每一位都说了“愿意谈”吗？",
        "Did every one of them say that they are willing?",
        {"required": "yes"},
    ),
    (
        "note",
        "stop",
        "请不愿意的人先走，不要劝；剩下的人都愿意，再开始。",
        "Let those who are not willing go, without urging; begin when all who stay are.",
        {"relevant": "${consent} = 'no'"},
    ),
    (
        "select_one agree",
        "may_record",
        "每一位都愿意录音吗？（有一位不愿意就不录）",
        "Is every one of them willing to be recorded? (one who is not: no recording)",
        {**AGREED, "required": "yes"},
    ),
    *(row for topic in TOPICS for row in _topic(*topic)),
    ("begin_repeat", "ideas", "一个个主意", "Ideas, one by one", AGREED),
    ("text", "idea", "有人提了什么主意？", "What was proposed?", {}),
    (
        "integer",
        "agree_count",
        "几个人说好？",
        "How many were for it?",
        refused(". >= 0 and . <= ${people}", "不能比来的人多。", "No more than came."),
    ),
    ("end_repeat", "", "", "", {}),
    (
        "audio",
        "recording",
        "录音",
        "Recording",
        {"relevant": "${may_record} = 'yes'"},
    ),
    (
        "text",
        "noticed",
        "主持的人看到了什么？（谁都没开口的话题、气氛变了的地方）",
        "What did the moderator notice? (what nobody spoke about, where the mood changed)",
        {**AGREED, "appearance": "multiline"},
    ),
    (
        "note",
        "close",
        "念：谢谢大家。谈的结果，一个月里贴在驿站墙上，写明改了什么、没改的为什么。",
        "Read aloud: thank you. Within a month what came of it hangs on the wall of the station: what was changed, and "
        "why something was not.",
        AGREED,
    ),
)
CHOICES = {
    "agree": (("yes", "都愿意", "Yes, all"), ("no", "有人不愿意", "No, not all")),
    "views": (
        ("same", "差不多一样", "About the same"),
        ("split", "分两种看法", "Two views"),
        ("many", "各说各的", "Each his own"),
        ("silent", "没什么人说", "Hardly anybody spoke"),
    ),
}
FOCUS_GROUP: dict[str, list[dict[str, Any]]] = sheets(
    "focus_group", "小组座谈提纲", "2026112501", ROWS, CHOICES, NOBODY
)

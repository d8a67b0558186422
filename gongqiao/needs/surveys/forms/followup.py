"""Thirty and ninety days after a first job or a class (paper 5.4-1, employment after training): does he work, is he
paid, what has changed. What changed reaches his file as a proposal."""

from typing import Any

from gongqiao.needs.surveys.forms.tables import END, START, Row, at_most, hint, refused, sheets
from gongqiao.needs.surveys.forms.worker_needs import CHOICES as NEEDS

AGREED = {"relevant": "${consent} = 'yes'"}
DAYS = (30, 90)
SPAN = {30: ("这一个月", "this past month"), 90: ("这三个月", "these past three months")}


def _rows(days: int) -> tuple[Row, ...]:
    zh, en = SPAN[days]
    return (
        START,
        END,
        (
            "note",
            "hello",
            f"您好！上回驿站帮您找了活、学了本事，想问问您{zh}过得怎么样。五分钟，不想答的可以不答。",
            f"Hello! The station found you work or a class; we would like to hear how {en} went. Five minutes; "
            "skip what you like.",
            {},
        ),
        (
            "select_one agree",
            "consent",
            "您说的，记进您的档案，行吗？",
            "May we keep what you say in your file?",
            {"required": "yes"},
        ),
        (
            "text",
            "file_no",
            "档案号",
            "File number",
            {
                **AGREED,
                **refused("regex(., '[Yy]?-?[0-9]{1,9}')", "像 Y-1002 这样。", "Like Y-1002."),
                **hint("卡上有，没有就空着", "on the card; leave empty if there is none"),
            },
        ),
        ("select_one working", "working", "您现在有活干吗？", "Have you work now?", {"required": "yes"}),
        (
            "select_one same",
            "same",
            "还是驿站帮您找的那家吗？",
            "Still with the employer the station found?",
            {"relevant": "${working} = 'steady' or ${working} = 'some'"},
        ),
        (
            "select_one why_not",
            "why_not",
            "没有活干，主要是为什么？",
            "Without work: what is the main reason?",
            {"relevant": "${working} = 'none'"},
        ),
        (
            "integer",
            "days",
            f"{zh}一共干了几天？（大概就行）",
            f"How many days did you work {en}? (about)",
            {
                "relevant": "${working} != 'unsure'",
                **refused(f". >= 0 and . <= {days + 1}", f"0 到 {days + 1} 天。", f"From 0 to {days + 1} days."),
            },
        ),
        (
            "select_one paid",
            "paid",
            f"{zh}的工钱，拿到了吗？",
            f"Did you get your pay for {en}?",
            {"relevant": "${days} > 0"},
        ),
        (
            "select_one use",
            "use",
            "学的本事，干活用上了吗？",
            "What you learned: do you use it at work?",
            {},
        ),
        (
            "select_multiple concerns",
            "concerns",
            f"{zh}碰到过哪些事？（没有就不选）",
            f"Which of these happened to you {en}? (none: choose nothing)",
            {**AGREED, "save_to": "concerns"},
        ),
        (
            "select_one yes_no",
            "help",
            "要不要社工帮您问一问？",
            "Shall a social worker look into it?",
            {"relevant": "${concerns} != ''"},
        ),
        (
            "select_multiple trades",
            "preferred",
            "往后最想干什么活？（可以选几样）",
            "Which work would you like best from now on? (several)",
            {**AGREED, "save_to": "preferred"},
        ),
        (
            "decimal",
            "pay",
            "一个小时最少给多少钱您才去？（元）",
            "What is the least you would work for, per hour? (yuan)",
            {
                **AGREED,
                "save_to": "pay_floor_yuan",
                **refused(". > 0 and . <= 200", "一小时的钱，1 到 200 元。", "Per hour, from 1 to 200 yuan."),
            },
        ),
        (
            "select_multiple next",
            "next",
            "下一步想让驿站帮您做什么？（最多选两样）",
            "What should the station do for you next? (at most two)",
            at_most(2, "最多选两样。", "At most two."),
        ),
        ("text", "say", "还想跟我们说什么？", "Anything else you would like to tell us?", {}),
    )


CHOICES = {
    **{name: NEEDS[name] for name in ("agree", "yes_no", "trades", "concerns")},
    "working": (
        ("steady", "有，差不多天天有", "Yes, nearly every day"),
        ("some", "有，时有时没有", "Yes, now and then"),
        ("none", "没有", "No"),
        ("unsure", "说不好", "Cannot say"),
    ),
    "same": (
        ("same", "还是那家", "The same"),
        ("other_station", "换了一家，也是驿站找的", "Another one, by the station too"),
        ("other_self", "换了一家，自己找的", "Another one, found by myself"),
        ("unsure", "说不好", "Cannot say"),
    ),
    "why_not": (
        ("no_jobs", "没有合适的活", "No work that fits"),
        ("pay", "工钱太低", "Pay too low"),
        ("health", "身体不行", "Health"),
        ("family", "家里走不开", "Needed at home"),
        ("resting", "自己想歇一阵", "I wanted a rest"),
        ("other", "别的原因", "Another reason"),
    ),
    "paid": (
        ("all", "都拿到了", "All of it"),
        ("part", "拿到一部分", "A part"),
        ("none", "过了日子还没拿到", "The day is past and nothing came"),
        ("not_due", "还没到给钱的日子", "It is not due yet"),
        ("unsure", "说不好", "Cannot say"),
    ),
    "use": (
        ("often", "常用", "Often"),
        ("sometimes", "有时用", "Sometimes"),
        ("never", "没用上", "Never"),
        ("no_class", "没上过课", "I had no class"),
    ),
    "next": (
        ("work", "再找活", "Find work again"),
        ("steady", "找个长一点的活", "Find longer work"),
        ("teach", "再学点本事", "Teach me more"),
        ("rights", "工钱、工伤的事", "Pay or injury"),
        ("policy", "看看有没有补贴", "See about subsidies"),
        ("nothing", "暂时不用", "Nothing now"),
    ),
}
FOLLOWUPS: dict[int, dict[str, list[dict[str, Any]]]] = {
    days: sheets(f"followup_{days}", f"{days} 天回访", "2026112501", _rows(days), CHOICES) for days in DAYS
}

"""What a day labourer needs (paper 5.1-1): work, hours, pay, learning, troubles. Answers that are facts of a file say
which (`save_to`). Spoken Chinese, no word that a school would have to explain."""

from typing import Any

from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.needs.dossiers.enums import Concern, Travel
from gongqiao.needs.surveys.forms.tables import EN, ZH, Row, sheets

AGREED = {"relevant": "${consent} = 'yes'"}
COMMON = (
    "general-labourer", "site-labourer", "kitchen-helper", "dishwasher", "waiter", "loader", "handler", "mover",
    "sorter", "packer", "line-operator", "noodle-packer", "cleaner", "hourly-cleaner", "domestic-helper",
    "security-guard", "fruit-picker", "cane-cutter", "gardener", "promoter",
)  # fmt: skip


def _words(zh: str, en: str) -> dict[str, str]:
    return {f"constraint_message::{ZH}": zh, f"constraint_message::{EN}": en}


ROWS: tuple[Row, ...] = (
    ("start", "started", "", "", {}),
    ("end", "ended", "", "", {}),
    (
        "note",
        "hello",
        "您好！我们想听听您找活的难处，好把活找得准一点。大概十分钟，不想答的可以不答。",
        "Hello! We would like to hear what makes finding work hard, to find you better work. About ten minutes; skip "
        "what you like.",
        {},
    ),
    (
        "select_one agree",
        "consent",
        "愿意让我们把您说的记进您的档案，用来找活、安排培训吗？",
        "May we keep what you say in your file, to find work and plan training?",
        {"required": "yes"},
    ),
    (
        "text",
        "file_no",
        "档案号",
        "File number",
        {
            **AGREED,
            "constraint": "regex(., '[Yy]?-?[0-9]{1,9}')",
            **_words("像 Y-1002 这样。", "Like Y-1002."),
            f"hint::{ZH}": "卡上有，没有就空着",
            f"hint::{EN}": "on the card; leave empty if there is none",
        },
    ),
    ("begin_group", "work", "干活", "Work", {}),
    ("select_one often", "often", "上个月干了几天活？", "How many days did you work last month?", {"required": "yes"}),
    (
        "select_multiple trades",
        "preferred",
        "最想干什么活？（可以选几样）",
        "Which work would you like best? (several)",
        {"save_to": "preferred"},
    ),
    (
        "select_multiple parts",
        "free",
        "一般什么时候有空？",
        "When are you usually free?",
        {"save_to": "free_parts"},
    ),
    (
        "decimal",
        "pay",
        "一个小时最少给多少钱您才去？（元）",
        "What is the least you would work for, per hour? (yuan)",
        {
            "save_to": "pay_floor_yuan",
            "constraint": ". > 0 and . <= 200",
            **_words("一小时的钱，1 到 200 元。", "Per hour, from 1 to 200 yuan."),
        },
    ),
    (
        "decimal",
        "far",
        "最远愿意去多远？（公里）",
        "How far would you go at most? (km)",
        {
            "save_to": "max_km",
            "constraint": ". > 0 and . <= 100",
            **_words("1 到 100 公里。", "From 1 to 100 km."),
        },
    ),
    ("select_one travel", "travel", "一般怎么去？", "How do you usually get there?", {"save_to": "travel"}),
    (
        "select_multiple hard",
        "hard",
        "找活最难的是什么？（最多选三样）",
        "What is hardest about finding work? (at most three)",
        {"constraint": "count-selected(.) <= 3", **_words("最多选三样。", "At most three.")},
    ),
    ("end_group", "", "", "", {}),
    ("begin_group", "rights", "工钱和平安", "Pay and safety", {}),
    (
        "select_multiple concerns",
        "concerns",
        "这一年碰到过哪些事？",
        "Which of these happened to you within a year?",
        {**AGREED, "save_to": "concerns"},
    ),
    (
        "select_one yes_no",
        "help",
        "要不要社工帮您问一问？",
        "Shall a social worker look into it?",
        {"relevant": "${concerns} != ''"},
    ),
    ("end_group", "", "", "", {}),
    ("begin_group", "learning", "学本事", "Learning", {}),
    ("select_one yes_no", "learn", "想不想学点本事？", "Would you like to learn a trade?", {}),
    (
        "select_multiple trades",
        "wishes",
        "想学什么？",
        "What would you like to learn?",
        {"relevant": "${learn} = 'yes'", "save_to": "training_wishes"},
    ),
    (
        "select_one when",
        "when",
        "什么时候上课您来得了？",
        "When could you come to class?",
        {"relevant": "${learn} = 'yes'"},
    ),
    (
        "image",
        "card",
        "有证书的话，拍一下（身份证不拍）",
        "If there is a certificate, take a picture (not of the identity card)",
        AGREED,
    ),
    ("end_group", "", "", "", {}),
    ("begin_group", "station", "驿站", "The station", {}),
    ("select_one faces", "content", "驿站帮您找活，您觉得怎么样？", "How do you find the station’s help?", {}),
    (
        "select_one from_whom",
        "heard",
        "您是怎么知道驿站的？",
        "How did you hear of the station?",
        {},
    ),
    ("text", "say", "还想跟我们说什么？", "Anything else you would like to tell us?", {}),
    ("end_group", "", "", "", {}),
)
CHOICES = {
    "agree": (("yes", "愿意", "Yes"), ("no", "不愿意，不留名也行", "No; without my name is fine")),
    "yes_no": (("yes", "要", "Yes"), ("no", "不要", "No")),
    "often": (
        ("none", "没干", "None"),
        ("few", "一到五天", "1 to 5"),
        ("some", "六到十五天", "6 to 15"),
        ("most", "十六天以上", "16 or more"),
    ),
    "trades": tuple((code, catalogue().trades[code].name, catalogue().trades[code].name_en) for code in COMMON),
    "parts": (
        ("weekday_morning", "平常上午", "Weekday mornings"),
        ("weekday_afternoon", "平常下午", "Weekday afternoons"),
        ("weekday_evening", "平常晚上", "Weekday evenings"),
        ("weekend_morning", "周末上午", "Weekend mornings"),
        ("weekend_afternoon", "周末下午", "Weekend afternoons"),
        ("weekend_evening", "周末晚上", "Weekend evenings"),
    ),
    "travel": tuple(
        (code.value, zh, en)
        for code, zh, en in (
            (Travel.WALK, "走路", "On foot"),
            (Travel.BIKE, "自行车", "Bicycle"),
            (Travel.EBIKE, "电动车", "E-bike"),
            (Travel.BUS, "坐公交", "Bus"),
            (Travel.CAR, "自己有车", "Own car"),
        )
    ),
    "hard": (
        ("few_jobs", "活少", "Little work"),
        ("pay_low", "工钱低", "Low pay"),
        ("far", "太远", "Too far"),
        ("age", "嫌我年纪大", "They find me too old"),
        ("skill", "没手艺", "No trade"),
        ("trust", "怕被骗、怕不给钱", "Fear of being cheated"),
        ("health", "身体不行", "Health"),
        ("care", "要照顾家里人", "Family to care for"),
    ),
    "concerns": tuple(
        (code.value, zh, en)
        for code, zh, en in (
            (Concern.UNPAID, "被拖欠工钱", "Pay was withheld"),
            (Concern.INJURY, "干活受过伤", "Hurt at work"),
            (Concern.OVERTIME, "超时没加班费", "Overtime without pay"),
            (Concern.NO_CONTRACT, "没签过约定书", "No written agreement"),
            (Concern.DEPOSIT, "被收过押金", "A deposit was taken"),
        )
    ),
    "when": (
        ("evening", "晚上", "Evenings"),
        ("weekend", "周末", "Weekends"),
        ("slack", "没活的那几天", "Days without work"),
    ),
    "faces": (
        ("5", "很好", "Very good"),
        ("4", "好", "Good"),
        ("3", "一般", "So so"),
        ("2", "不好", "Bad"),
        ("1", "很差", "Very bad"),
    ),
    "from_whom": (
        ("friend", "老乡、工友说的", "From friends"),
        ("poster", "看到招牌、海报", "A sign or poster"),
        ("community", "社区说的", "The community office"),
        ("phone", "手机上看到", "On the phone"),
        ("other", "别的", "Otherwise"),
    ),
}
WORKER_NEEDS: dict[str, list[dict[str, Any]]] = sheets("worker_needs", "零工需求问卷", "2026112501", ROWS, CHOICES)

"""What an employer needs, asked on a visit or on the phone (paper 5.1-2): whether what stands still holds, hands,
hours, pay, conditions, the season, what people should learn first. `save_to` names the facts of a posting."""

from typing import Any

from gongqiao.foundation.money import PayUnit
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.needs.employers.models import VisitMethod
from gongqiao.needs.postings.enums import PayWhen
from gongqiao.needs.surveys.forms.tables import END, START, About, Row, alone, at_most, hint, refused, sheets
from gongqiao.needs.surveys.forms.worker_needs import COMMON

WANTED = {"relevant": "${still} = 'changed' or ${still} = 'new'"}
NEW = {"required": "${still} = 'new'"}  # what has not changed is left empty
ROWS: tuple[Row, ...] = (
    START,
    END,
    (
        "note",
        "hello",
        "您好！我们来问问您最近要不要人、要什么样的人，好把人找准一点。大概十分钟，不方便说的可以不说。",
        "Hello! We would like to hear whom you need, to find the right people. About ten minutes; skip what you like.",
        {},
    ),
    (
        "select_one agree",
        "consent",
        "您说的，驿站记下来，用来给您招人，行吗？",
        "May the station keep what you say, to find you people?",
        {"required": "yes"},
    ),
    ("select_one how", "how", "怎么问的？", "How were they asked?", {"required": "yes", "save_to": "how"}),
    (
        "integer",
        "employer_no",
        "是哪一家？（用工方编号）",
        "Which employer? (number)",
        {
            "save_to": "employer_no",
            **refused(". > 0", "编号是个大于 0 的数。", "The number is greater than 0."),
            **hint(
                "任务单和用工方页上有；在柜台填的不用写", "on the task and the employer’s page; not needed at the desk"
            ),
        },
    ),
    ("select_one roles", "role", "今天跟我们说话的是哪一位？", "Who is speaking with us today?", {}),
    (
        "select_one still",
        "still",
        "上回登记的活，现在还要人吗？",
        "The work that was registered last time: are people still wanted?",
        {"required": "yes", "save_to": "still"},
    ),
    (
        "integer",
        "posting_no",
        "是哪一条？（需求编号）",
        "Which one? (number of the posting)",
        {
            "relevant": "${still} != 'new'",
            "save_to": "posting_no",
            **refused(". > 0", "编号是个大于 0 的数。", "The number is greater than 0."),
            **hint("需求页上有，不知道就空着", "it stands on the posting’s page; leave empty if unknown"),
        },
    ),
    (
        "select_one ended",
        "ended_why",
        "不要人了，是为什么？",
        "Nobody is wanted any more: why?",
        {"relevant": "${still} = 'ended'", "save_to": "ended_why"},
    ),
    ("begin_group", "need", "要什么人（没变的空着）", "Who is wanted (leave empty what has not changed)", WANTED),
    (
        "select_one trades",
        "trade",
        "要人干什么活？",
        "For which work?",
        {**NEW, "save_to": "trade"},
    ),
    (
        "integer",
        "headcount",
        "一天要几个人？",
        "How many people a day?",
        {
            **NEW,
            "save_to": "headcount",
            **refused(". >= 1 and . <= 500", "1 到 500 个人。", "From 1 to 500 people."),
        },
    ),
    (
        "date",
        "first_day",
        "从哪天开始要？",
        "From which day?",
        {"save_to": "first_day", **refused(". >= today()", "今天，或今天以后。", "Today or later.")},
    ),
    (
        "integer",
        "days",
        "要干几天？",
        "For how many days?",
        {"save_to": "days", **refused(". >= 1 and . <= 365", "1 到 365 天。", "From 1 to 365 days.")},
    ),
    ("time", "begins", "几点上工？", "When does work begin?", {"save_to": "begins"}),
    (
        "time",
        "ends",
        "几点收工？",
        "When does it end?",
        {
            "save_to": "ends",
            "relevant": "${begins} != ''",
            **hint("比上工早，就是第二天", "earlier than the beginning means the next day"),
        },
    ),
    (
        "integer",
        "rest",
        "中间歇多少分钟？",
        "How many minutes of rest between?",
        {"save_to": "break_minutes", **refused(". >= 0 and . <= 240", "0 到 240 分钟。", "From 0 to 240 minutes.")},
    ),
    (
        "text",
        "place",
        "在哪里干？",
        "Where is the work?",
        {"save_to": "place", **hint("路名、门牌；没变就空着", "street and number; leave empty if it is the same")},
    ),
    (
        "select_one units",
        "pay_unit",
        "工钱按什么算？",
        "What is the pay counted by?",
        {"required": "${still} = 'new' or ${pay} != ''", "save_to": "pay_unit"},
    ),
    (
        "decimal",
        "pay",
        "给多少？（元）",
        "How much? (yuan)",
        {
            **NEW,
            "save_to": "pay_yuan",
            **refused(". > 0 and . <= 30000", "大于 0，最多 30000 元。", "More than 0, at most 30,000 yuan."),
        },
    ),
    ("select_one when", "pay_when", "什么时候给钱？", "When is it paid?", {"save_to": "pay_when"}),
    (
        "select_multiple covers",
        "covers",
        "这些包不包？（包的都选）",
        "Which of these are provided? (all that are)",
        refused(alone("none"), "选了“都不包”，就不用选别的。", "With “none of these”, choose nothing else."),
    ),
    (
        "select_multiple risks",
        "risks",
        "这个活有没有这些情况？（有的都选）",
        "Does the work have any of these? (all that apply)",
        refused(alone("none"), "选了“都没有”，就不用选别的。", "With “none of these”, choose nothing else."),
    ),
    (
        "select_one older",
        "older",
        "五十五岁以上、身体好的，能不能干？",
        "Could somebody over 55 in good health do it?",
        {},
    ),
    (
        "text",
        "older_why",
        "是哪一样干不了？",
        "Which part could he not do?",
        {"relevant": "${older} = 'no'"},
    ),
    ("end_group", "", "", "", {}),
    ("begin_group", "past", "上回和往后", "Last time and from now on", {}),
    (
        "select_multiple hard",
        "hard",
        "招人最难的是什么？（最多选三样）",
        "What is hardest about finding people? (at most three)",
        at_most(3, "最多选三样。", "At most three."),
    ),
    (
        "select_multiple months",
        "months",
        "一年里哪几个月最缺人？（可以选几个月）",
        "In which months of the year do you lack people most? (several)",
        refused(alone("even"), "选了“差不多”，就不用选别的。", "With “about the same”, choose nothing else."),
    ),
    (
        "select_one yes_no_unsure",
        "learn",
        "要是有人先学几天再来，您要不要？",
        "If people learned for a few days first, would you take them?",
        {},
    ),
    (
        "text",
        "learn_what",
        "最好先让他们学会什么？",
        "What had they best learn first?",
        {"relevant": "${learn} = 'yes'"},
    ),
    (
        "date",
        "next_on",
        "下回哪天再来问您？",
        "On which day shall we ask again?",
        {"save_to": "next_on", **refused(". > today()", "今天以后的一天。", "A day after today.")},
    ),
    ("text", "say", "还有什么要跟驿站说的？", "Anything else for the station?", {}),
    ("end_group", "", "", "", {}),
)
UNSURE = ("unsure", "说不好", "Cannot say")
UNITS_EN = {
    PayUnit.HOUR: "Per hour",
    PayUnit.DAY: "Per day",
    PayUnit.TRIP: "Per trip",
    PayUnit.PIECE: "Per piece",
    PayUnit.MONTH: "Per month",
}
WHEN_EN = {
    PayWhen.SAME_DAY: "The same day",
    PayWhen.NEXT_DAY: "The next day",
    PayWhen.WEEKLY: "Every week",
    PayWhen.MONTHLY: "Every month",
    PayWhen.ON_FINISH: "When the work is done",
}
HOW_EN = {
    VisitMethod.PHONE: "By telephone",
    VisitMethod.VISIT: "At their place",
    VisitMethod.STATION: "They came to the station",
}
CHOICES = {
    "how": tuple((method.value, str(method.label), HOW_EN[method]) for method in VisitMethod),
    "agree": (("yes", "行", "Yes"), ("no", "不行", "No")),
    "roles": (
        ("owner", "老板本人", "The owner"),
        ("hiring", "管招工的", "Who does the hiring"),
        ("foreman", "带班的", "The foreman"),
        ("other", "别的人", "Somebody else"),
    ),
    "still": (
        ("same", "要，跟上回说的一样", "Yes, as it was said"),
        ("changed", "要，有的地方变了", "Yes, but something has changed"),
        ("ended", "不要了", "No more"),
        ("new", "上回没登记过，是新的", "Nothing was registered; this is new"),
    ),
    "ended": (
        ("filled", "人招够了", "Enough people were found"),
        ("no_work", "没活了", "There is no work"),
        ("later", "往后推了", "Put off"),
        ("pay", "给不到这个价", "The pay could not be met"),
        ("other", "别的原因", "Another reason"),
    ),
    "trades": tuple((code, catalogue().trades[code].name, catalogue().trades[code].name_en) for code in COMMON),
    "units": tuple((unit.value, f"按{unit.label}", UNITS_EN[unit]) for unit in PayUnit),
    "when": (*((when.value, str(when.label), WHEN_EN[when]) for when in PayWhen), UNSURE),
    "covers": (
        ("meals", "管饭", "Meals"),
        ("travel", "路费或接送", "Travel or transport"),
        ("bed", "住的地方", "A place to sleep"),
        ("insurance", "保险", "Insurance"),
        ("none", "都不包", "None of these"),
    ),
    "risks": (
        ("height", "爬高", "Height"),
        ("heavy", "搬重东西", "Heavy loads"),
        ("night", "夜里干", "Night work"),
        ("heat", "很热或很冷", "Heat or cold"),
        ("machine", "开机器", "Machines"),
        ("dust", "灰大、味大、有药水", "Dust, fumes, chemicals"),
        ("none", "都没有", "None of these"),
    ),
    "older": (("yes", "能", "Yes"), ("some", "有的活能", "Some of it"), ("no", "不能", "No"), UNSURE),
    "hard": (
        ("nobody", "没人来", "Nobody comes"),
        ("no_show", "说好来又不来", "They say yes and do not come"),
        ("skill", "手艺不行", "Not skilled enough"),
        ("leave", "干几天就走", "They leave after a few days"),
        ("price", "价钱谈不拢", "No agreement about pay"),
        ("sudden", "要得急", "Needed at short notice"),
        ("nothing", "不难", "It is not hard"),
    ),
    "months": (
        *((f"m{month:02d}", f"{month} 月", name) for month, name in enumerate(
            ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
             "November", "December"), 1)),
        ("even", "差不多，没有特别缺的", "About the same all year"),
    ),
    "yes_no_unsure": (("yes", "要", "Yes"), ("no", "不要", "No"), UNSURE),
}  # fmt: skip
EMPLOYER_DEMAND: dict[str, list[dict[str, Any]]] = sheets(
    "employer_demand", "用工需求走访表", "2026112601", ROWS, CHOICES, About("postings", "${posting_no}")
)

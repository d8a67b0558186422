"""Both satisfactions (paper 5.4-1): eight questions at most, each asks how it was, none asks to agree; nobody gives a
name, and who cannot say may say so. A worker who wants what he said dealt with has three more (needs.feedback)."""

from typing import Any

from gongqiao.needs.surveys.forms.tables import END, MARKS, NOBODY, START, Row, alone, at_most, refused, sheets

WANTED = "${open_ticket} = 'named' or ${open_ticket} = 'nameless'"
WORKER_ROWS: tuple[Row, ...] = (
    START,
    END,
    (
        "note",
        "hello",
        "想听听您觉得驿站怎么样。八个问题，三分钟，不用留名字。您照实说，不影响您找活。",
        "We would like to hear how the station is for you. Eight questions, three minutes, no name. Whatever you "
        "say changes nothing about the work you get.",
        {},
    ),
    (
        "select_multiple used",
        "used",
        "这三个月，您找驿站办过哪些事？（可以选几样）",
        "What did you come to the station for in these three months? (several)",
        {
            "required": "yes",
            **refused(alone("none"), "选了“没来过”，就不用选别的。", "With “nothing”, choose nothing else."),
        },
    ),
    (
        "select_one marks",
        "overall",
        "总的来说，您觉得驿站怎么样？",
        "All in all, how do you find the station?",
        {"required": "yes"},
    ),
    (
        "select_one fits",
        "fit",
        "驿站给您找的活，合不合适？",
        "The work the station found for you: how did it fit?",
        {"relevant": "selected(${used}, 'work')"},
    ),
    (
        "select_one waits",
        "wait",
        "上回有事找驿站，多久有人给您回话？",
        "The last time you asked for something, how long until somebody answered?",
        {"relevant": "not(selected(${used}, 'none'))"},
    ),
    (
        "select_one marks",
        "manner",
        "驿站的人待您怎么样？",
        "How do the people of the station treat you?",
        {"relevant": "not(selected(${used}, 'none'))"},
    ),
    (
        "select_one paid",
        "paid",
        "上回干完活，工钱拿到了吗？",
        "The last time you worked, did you get your pay?",
        {"relevant": "selected(${used}, 'work')"},
    ),
    (
        "select_multiple worker_better",
        "better",
        "驿站最该先改哪里？（最多选两样）",
        "What should the station mend first? (at most two)",
        at_most(2, "最多选两样。", "At most two."),
    ),
    ("text", "say", "还有什么想说的？", "Anything else?", {}),
    (
        "select_one deal",
        "open_ticket",
        "您说的这件事，要不要专人去办？要办的话，会有人管到底，最晚哪天答复也有数。",
        "What you just said: do you want somebody to deal with it? Then one person sees it through, by a day that is "
        "fixed.",
        {"relevant": "${say} != ''"},
    ),
    (
        "select_one matters",
        "ticket_about",
        "是哪方面的事？",
        "What is it about?",
        {"relevant": WANTED, "required": "yes"},
    ),
    (
        "text",
        "ticket_phone",
        "留个电话，有了答复打给您。不留也办，只是没法告诉您。",
        "Leave a phone number, and you are called when there is an answer. Without one it is dealt with too, but you "
        "cannot be told.",
        {
            "relevant": WANTED,
            **refused("regex(., '^1[0-9]{10}$')", "手机号是 11 位数字。", "A mobile number has 11 digits."),
        },
    ),
)
EMPLOYER_ROWS: tuple[Row, ...] = (
    START,
    END,
    (
        "note",
        "hello",
        "想听听您用驿站招人觉得怎么样。八个问题，三分钟。您照实说，不影响以后给您派人。",
        "We would like to hear how hiring through the station is for you. Eight questions, three minutes. Whatever you "
        "say, it changes nothing about the people you get.",
        {},
    ),
    (
        "select_one times",
        "times",
        "这三个月，您从驿站要过几回人？",
        "How often did you ask the station for people in these three months?",
        {"required": "yes"},
    ),
    (
        "select_one marks",
        "overall",
        "总的来说，您觉得驿站怎么样？",
        "All in all, how do you find the station?",
        {"required": "yes"},
    ),
    (
        "select_one came",
        "came",
        "上回要的人，来齐了吗？",
        "The last time, did everybody come?",
        {"relevant": "${times} != 'none'"},
    ),
    (
        "select_one fits",
        "skill",
        "来的人干这个活，合不合适？",
        "The people who came: how did they fit the work?",
        {"relevant": "${times} != 'none'"},
    ),
    (
        "select_one speed",
        "speed",
        "从您说要人，到人定下来，等了多久？",
        "From your asking to the people being settled, how long did it take?",
        {"relevant": "${times} != 'none'"},
    ),
    (
        "select_one marks",
        "manner",
        "驿站的人跟您打交道，办事怎么样？",
        "How do the people of the station deal with you?",
        {},
    ),
    (
        "select_multiple employer_better",
        "better",
        "驿站最该先改哪里？（最多选两样）",
        "What should the station mend first? (at most two)",
        at_most(2, "最多选两样。", "At most two."),
    ),
    ("text", "say", "还有什么想说的？", "Anything else?", {}),
)
FITS = (
    ("5", "很合适", "Very well"),
    ("4", "合适", "Well"),
    ("3", "一般", "So so"),
    ("2", "不太合适", "Not so well"),
    ("1", "不合适", "Not at all"),
    ("unsure", "说不好", "Cannot say"),
)
WORKER_CHOICES = {
    "used": (
        ("work", "找活", "Work"),
        ("training", "学本事", "Training"),
        ("rights", "工钱、工伤这些事", "Pay, injury and the like"),
        ("heart", "心里有事，找人说说", "Somebody to talk to"),
        ("policy", "问补贴、问政策", "Subsidies and policies"),
        ("none", "这三个月没来过", "Nothing, I did not come"),
    ),
    "marks": MARKS,
    "fits": FITS,
    "waits": (
        ("day", "当天", "The same day"),
        ("days", "一两天", "A day or two"),
        ("week", "三天到一个星期", "Three days to a week"),
        ("longer", "一个星期以上", "Longer than a week"),
        ("never", "到现在没人回话", "Nobody has answered yet"),
        ("unsure", "记不清了", "Do not remember"),
    ),
    "paid": (
        ("all", "都拿到了", "All of it"),
        ("part", "拿到一部分", "A part"),
        ("none", "过了日子还没拿到", "The day is past and nothing came"),
        ("not_due", "还没到给钱的日子", "It is not due yet"),
        ("unsure", "说不好", "Cannot say"),
    ),
    "worker_better": (
        ("more", "活多一点", "More work"),
        ("near", "活近一点", "Work nearer by"),
        ("pay", "工钱更有保证", "Pay more certain"),
        ("faster", "回话快一点", "Quicker answers"),
        ("place", "等活的地方好一点", "A better place to wait"),
        ("teach", "多教点本事", "More to learn"),
        ("nothing", "都挺好", "All is well"),
    ),
    "deal": (
        ("named", "要办，办的人可以知道是我", "Yes, whoever deals with it may know that it is me"),
        ("nameless", "要办，别让人知道是我", "Yes, and nobody shall know that it is me"),
        ("no", "不用，说说就行", "No, I only wanted to say it"),
    ),
    "matters": (
        ("wages", "工钱没给、给少了", "Pay that did not come, or too little"),
        ("job", "活跟说的不一样", "The work was not what was said"),
        ("safety", "受伤、不安全", "Injury, danger"),
        ("treatment", "被打骂、被骚扰", "Beaten, insulted, harassed"),
        ("staff", "对驿站的人有意见", "Somebody of the station"),
        ("other", "别的事、提建议", "Something else, a suggestion"),
    ),
}
EMPLOYER_CHOICES = {
    "times": (
        ("none", "没要过", "Never"),
        ("few", "一两回", "Once or twice"),
        ("some", "三到十回", "Three to ten times"),
        ("many", "十回以上", "More than ten times"),
    ),
    "marks": MARKS,
    "fits": FITS,
    "came": (
        ("all", "都来了，也准时", "All, and on time"),
        ("late", "都来了，有人晚到", "All, some late"),
        ("short", "少来了几个", "Some did not come"),
        ("none", "一个没来", "Nobody came"),
        ("unsure", "记不清了", "Do not remember"),
    ),
    "speed": (
        ("day", "当天", "The same day"),
        ("days", "一两天", "A day or two"),
        ("week", "三天到一个星期", "Three days to a week"),
        ("longer", "一个星期以上", "Longer than a week"),
        ("never", "没招到", "Nobody was found"),
        ("unsure", "记不清了", "Do not remember"),
    ),
    "employer_better": (
        ("more", "多找点人", "Find more people"),
        ("skill", "找手艺好一点的", "Find more skilled people"),
        ("faster", "快一点", "Be quicker"),
        ("reliable", "说好来的要来", "Who says yes should come"),
        ("law", "讲讲用工的规矩", "Explain the rules of hiring"),
        ("nothing", "都挺好", "All is well"),
    ),
}
VERSION = "2026112501"
WORKER_SATISFACTION: dict[str, list[dict[str, Any]]] = sheets(
    "worker_satisfaction", "零工满意度", "2026112502", WORKER_ROWS, WORKER_CHOICES, NOBODY
)
EMPLOYER_SATISFACTION: dict[str, list[dict[str, Any]]] = sheets(
    "employer_satisfaction", "用工方满意度", VERSION, EMPLOYER_ROWS, EMPLOYER_CHOICES, NOBODY
)

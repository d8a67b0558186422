"""A questionnaire of 46 rows for day labourers, as an author would write it in a spreadsheet: Chinese and English.

It has what real ones have: a consent that ends it, skips, limits, a cascade over an external list, a repeat with a
photo, a grid of feelings (the five statements are our own), scores, days counted, and an entity for the dossier.
"""

from typing import Any

ZH, EN = "中文 (zh)", "English (en)"
DISTRICTS = "districts.csv"
DISTRICTS_CSV = (
    "name,label,city\n450202,城中区,liuzhou\n450203,鱼峰区,liuzhou\n450204,柳南区,liuzhou\n450205,柳北区,liuzhou\n"
    "450302,秀峰区,guilin\n450303,叠彩区,guilin\n"
).encode()

SKILLS = "${consent} = 'yes' and ${looking} != 'no'"
OWED = "${owed} = 'yes'"

# type, name, Chinese, English, the rest of the row
SURVEY: list[tuple[str, str, str, str, dict[str, str]]] = [
    ("start", "started", "", "", {}),
    ("end", "ended", "", "", {}),
    ("today", "day", "", "", {}),
    ("deviceid", "device", "", "", {}),
    ("note", "hello", "您好，我们想听听您找活的难处。", "Hello, we would like to hear what makes finding work hard.", {}),
    ("select_one yes_no", "consent", "愿意答吗？", "Will you answer?", {"required": "yes"}),
    ("begin_group", "about", "您的情况", "About you", {"relevant": "${consent} = 'yes'"}),
    ("text", "name", "怎么称呼您？", "What shall we call you?", {"required": "yes"}),
    ("integer", "age", "今年多大？", "How old are you?", {"constraint": ". >= 16 and . <= 75",
        f"constraint_message::{ZH}": "满 16 岁到 75 岁才能登记。", f"constraint_message::{EN}": "From 16 to 75 years."}),
    ("select_one sexes", "sex", "性别", "Sex", {}),
    ("text", "phone", "手机号", "Mobile number", {"constraint": "regex(., '1[3-9][0-9]{9}')",
        f"constraint_message::{ZH}": "手机号是 11 位数字。", f"constraint_message::{EN}": "A mobile number has 11 digits."}),
    ("select_one cities", "city", "住在哪个市？", "Which city do you live in?", {"required": "yes"}),
    (f"select_one_from_file {DISTRICTS}", "district", "哪个区？", "Which district?", {"choice_filter": "city = ${city}"}),
    ("calculate", "older", "", "", {"calculation": "if(${age} >= 50, 1, 0)"}),
    ("end_group", "about_end", "", "", {}),
    ("begin_group", "work", "找活", "Work", {"relevant": "${consent} = 'yes'"}),
    ("select_one looking", "looking", "现在找活吗？", "Are you looking for work?", {"required": "yes"}),
    ("select_multiple days", "days", "哪几天能干？", "On which days can you work?", {"relevant": "${looking} != 'no'",
        "constraint": "not(selected(., 'none') and count-selected(.) > 1)"}),
    ("time", "from", "最早几点？", "From what time?", {"relevant": "selected(${days}, 'sat') or selected(${days}, 'sun')"}),
    ("time", "until", "最晚几点？", "Until what time?", {"relevant": "${from} != ''",
        "constraint": "decimal-time(.) > decimal-time(${from})"}),
    ("integer", "pay", "一天最少多少钱？（元）", "Least pay a day (yuan)", {"constraint": ". >= 0 and . <= 2000"}),
    ("range", "kilometres", "最远走多少公里？", "How many kilometres at most?", {"parameters": "start=0 end=30 step=5"}),
    ("end_group", "work_end", "", "", {}),
    ("begin_repeat", "skill", "会什么", "Skills", {"relevant": SKILLS}),
    ("select_one trades", "trade", "第几样手艺？", "Which trade?", {"required": "yes"}),
    ("integer", "years", "干了几年？", "For how many years?", {"constraint": ". <= ${age} - 14"}),
    ("select_one yes_no", "certified", "有证吗？", "Have you a certificate?", {}),
    ("image", "photo", "拍一下证书", "Photograph the certificate", {"relevant": "${certified} = 'yes'"}),
    ("end_repeat", "skill_end", "", "", {}),
    ("calculate", "skills", "", "", {"calculation": "count(${skill})"}),
    ("calculate", "experience", "", "", {"calculation": "sum(${years})"}),
    ("select_one yes_no", "owed", "有人欠您工钱吗？", "Does anyone owe you wages?", {"relevant": "${consent} = 'yes'"}),
    ("decimal", "owed_amount", "欠多少？（元）", "How much? (yuan)", {"relevant": OWED, "required": "yes", "constraint": ". > 0"}),
    ("date", "owed_since", "从哪天开始欠？", "Since which day?", {"relevant": OWED, "constraint": ". <= today()",
        f"constraint_message::{ZH}": "不能晚过今天。", f"constraint_message::{EN}": "Not later than today."}),
    ("calculate", "owed_days", "", "", {"calculation": "if(${owed_since} != '', int(decimal-date-time(${day})) - int(decimal-date-time(${owed_since})), '')"}),
    ("note", "owed_note", "已欠 ${owed_days} 天，社工会联系您。", "Owed for ${owed_days} days, a social worker will call.", {"relevant": "${owed_days} > 30"}),
    ("begin_group", "feeling", "最近两周", "The last two weeks", {"relevant": "${consent} = 'yes'", "appearance": "field-list"}),
    ("select_one often", "calm", "心里踏实", "I felt settled", {}),
    ("select_one often", "slept", "睡得着", "I slept well", {}),
    ("select_one often", "hoped", "觉得日子有盼头", "I looked forward to things", {}),
    ("select_one often", "talked", "有人说说话", "I had someone to talk to", {}),
    ("select_one often", "managed", "事情应付得来", "I could cope", {}),
    ("calculate", "score", "", "", {"calculation": "(coalesce(${calm}, 0) + coalesce(${slept}, 0) + coalesce(${hoped}, 0) + coalesce(${talked}, 0) + coalesce(${managed}, 0)) * 4"}),
    ("end_group", "feeling_end", "", "", {}),
    ("audio", "voice", "还有什么想说的？说给我们听。", "Anything else? Tell us.", {"relevant": "${consent} = 'yes'"}),
    ("text", "remark", "社工的记录", "The social worker's notes", {"appearance": "multiline"}),
]  # fmt: skip
SAVED = {"name": "full_name", "age": "age", "district": "district", "pay": "pay_expected", "score": "score"}
CHOICES: dict[str, list[tuple[str, str, str]]] = {
    "yes_no": [("yes", "是", "Yes"), ("no", "不", "No")],
    "sexes": [("f", "女", "Female"), ("m", "男", "Male")],
    "cities": [("liuzhou", "柳州", "Liuzhou"), ("guilin", "桂林", "Guilin")],
    "looking": [("now", "马上要", "At once"), ("soon", "过几天", "Soon"), ("no", "不找", "No")],
    "days": [("mon", "平日", "Weekdays"), ("sat", "周六", "Saturday"), ("sun", "周日", "Sunday"), ("none", "说不准", "Unsure")],
    "trades": [("carpenter", "木工", "Carpenter"), ("mason", "瓦工", "Mason"), ("cook", "帮厨", "Kitchen"), ("clean", "保洁", "Cleaning")],
    "often": [(str(number), zh, en) for number, zh, en in (
        (0, "从来没有", "At no time"), (1, "偶尔", "Some of the time"), (2, "少半时间", "Less than half of the time"),
        (3, "多半时间", "More than half of the time"), (4, "大部分时间", "Most of the time"), (5, "一直", "All of the time"))],
}  # fmt: skip


def sheets() -> dict[str, list[dict[str, Any]]]:
    """As pyxform takes them."""
    survey = [
        {"type": kind, "name": name, **({f"label::{ZH}": zh, f"label::{EN}": en} if zh else {}), **rest}
        | ({"save_to": SAVED[name]} if name in SAVED else {})
        for kind, name, zh, en, rest in SURVEY
    ]
    choices = [
        {"list_name": listed, "name": code, f"label::{ZH}": zh, f"label::{EN}": en}
        for listed, rows in CHOICES.items()
        for code, zh, en in rows
    ]
    return {
        "survey": survey,
        "choices": choices,
        "settings": [
            {"form_title": "零工需要", "form_id": "worker_needs", "version": "2026112501", "default_language": ZH}
        ],
        "entities": [{"list_name": "workers", "label": "${name}"}],
    }

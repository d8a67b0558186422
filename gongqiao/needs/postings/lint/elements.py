"""The elements the law wants in every posting (人力资源市场暂行条例 第二十四条; 人社厅发〔2025〕60号)."""

from dataclasses import dataclass

from gongqiao.needs.postings.lint.draft import PostingDraft


@dataclass(frozen=True)
class Element:
    key: str
    label: str
    label_en: str


ELEMENTS = (
    Element("employer", "用人单位", "employer"),
    Element("headcount", "招用人数", "headcount"),
    Element("content", "工作内容", "work content"),
    Element("place", "工作地点", "place of work"),
    Element("pay", "基本劳动报酬", "basic pay"),
    Element("hours", "工作时间", "working hours"),
    Element("validity", "有效期", "validity"),
)


def missing_elements(draft: PostingDraft) -> tuple[Element, ...]:
    """What is not said yet, in the order of the law."""
    said = {
        "employer": bool(draft.employer.strip()),
        "headcount": bool(draft.headcount),
        "content": bool(draft.texts.get("content", "").strip()),
        "place": bool(draft.place.strip()),
        "pay": bool(draft.pay_fen and draft.pay_unit),
        "hours": bool(draft.shifts or draft.hours_per_day),
        "validity": draft.valid_until is not None,
    }
    return tuple(element for element in ELEMENTS if not said[element.key])

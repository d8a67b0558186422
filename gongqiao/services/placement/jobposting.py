"""schema.org JobPosting of a published shift: what the public list shows and nothing of any person."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.needs.postings.enums import PayUnit
from gongqiao.services.placement.queries import ShiftLine

# schema.org names no unit for a trip or a piece; those pays stand in words alone.
UNIT_TEXT = {PayUnit.HOUR: "HOUR", PayUnit.DAY: "DAY", PayUnit.MONTH: "MONTH"}

ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def mark(line: ShiftLine) -> dict[str, Any]:
    """The facts of one JobPosting, as JSON-LD without its @context."""
    shift, posting = line.shift, line.shift.posting
    market = shift.market
    known = {
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "name": market.name, "value": str(shift.pk)},
        "title": posting.title,
        "description": posting.content,
        "occupationalCategory": catalogue().trades[posting.trade].name,
        "datePosted": (line.verification.at if line.verification else posting.entered_at).isoformat(),
        "validThrough": shift.starts_at.isoformat(),
        "jobStartDate": shift.starts_at.astimezone(market.tz).date().isoformat(),
        "employmentType": "PER_DIEM",
        "totalJobOpenings": line.open,
        "hiringOrganization": {"@type": "Organization", "name": posting.employer.short_name},
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressCountry": "CN",
                "addressLocality": market.region.name,
                "streetAddress": posting.place or posting.meeting_point,
            },
        },
        "applicationContact": {"@type": "ContactPoint", "telephone": market.phone},
    }
    unit = UNIT_TEXT.get(PayUnit(posting.pay_unit))
    if posting.pay_fen is not None and unit is not None:
        value = {"@type": "QuantitativeValue", "value": exact_yuan(posting.pay_fen), "unitText": unit}
        known["baseSalary"] = {"@type": "MonetaryAmount", "currency": "CNY", "value": value}
    return known


def exact_yuan(fen: int) -> int | str:
    """Whole yuan as a number, else the decimal written out: no amount passes through a binary fraction."""
    whole, part = divmod(fen, 100)
    return f"{whole}.{part:02d}" if part else whole


def block(line: ShiftLine) -> SafeString:
    """The same for a page, whole: a block of data that no browser runs, closed by nothing that stands in it."""
    text = json.dumps({"@context": "https://schema.org", **mark(line)}, ensure_ascii=False)
    return mark_safe(text.translate(ESCAPED))

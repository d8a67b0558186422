"""One example for every operation, made of its schema: what it says itself, else a sample known by the field's name."""

from typing import Any

REF = "#/components/schemas/"
DEEPEST = 6  # no schema of ours nests further
SAMPLES: dict[str, Any] = {
    "address": "五里亭路 8 号",
    "community": "450203001001",
    "conditions": "能搬重物",
    "content": "把冰箱从车上搬到仓库。",
    "code": "yufeng",
    "by": "莫专员",
    "cursor": "60",
    "detail": "这个班次已经满了。",
    "employer": "覃记大排档",
    "evidence": "said",
    "expires_in": 60,
    "field": "pay_floor",
    "Idempotency-Key": "5f2b8a60-apply-1",
    "identity_last4": "1234",
    "insurance": "雇主责任险",
    "instance": "/api/v1/shifts/1001/applications",
    "kind": "health",
    "level": 2,
    "market": "yufeng",
    "meals": "管中饭",
    "meeting_point": "冷库东门",
    "minutes": 480,
    "name": "韦建国",
    "number": 1024,
    "openid": "",
    "phone": "0772-1234567",
    "pk": 1001,
    "place": "箭盘社区冷库",
    "purpose": "work",
    "reason": "天气不好，改天再说",
    "source": "self",
    "state_words": "正在办",
    "step": "",
    "templates": {"work": "k2Zp0TuyOQ6bAnTMPl", "new": "q8Rm3XvNcL5dYwKsHe"},
    "text": "说好当天给钱，没给。",
    "Ticket-Code": "482109375516",
    "ticket": "w9cQ1mXv6xk",
    "title": "家电卸车",
    "trade": "loader",
    "trade_name": "装卸工",
    "travel": "自己来",
    "value": 2000,
    "words": "同意驿站按我的档案推荐活。",
}
FORMATS = {
    "date-time": "2026-11-27T08:00:00+08:00",
    "date": "2026-11-27",
    "uuid": "0b6f2f3e-6d0e-4c5a-9d3c-2b1a7c9e5f10",
    "binary": "(a file)",
}


def example_of(schema: dict[str, Any], schemas: dict[str, Any], name: str = "", depth: int = 0) -> Any:
    """A value that the schema takes. `schemas`: what its references name; `name`: the field it stands in."""
    if "$ref" in schema:
        schema = {**schemas[schema["$ref"].removeprefix(REF)], **{k: v for k, v in schema.items() if k != "$ref"}}
    for word in ("example", "const", "default"):
        if word in schema:
            return schema[word]
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema:
        return SAMPLES[name] if SAMPLES.get(name) in schema["enum"] else schema["enum"][0]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas, name, depth)
    if schema.get("allOf"):
        return example_of(schema["allOf"][0], schemas, name, depth)
    return _plain(schema, schemas, name, depth)


def _plain(schema: dict[str, Any], schemas: dict[str, Any], name: str, depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object" and "properties" in schema:
        assert depth < DEEPEST, "a schema within itself has no example of this kind"
        fields = schema["properties"].items()
        return {key: example_of(each, schemas, key, depth + 1) for key, each in fields}
    if kind == "array":
        return [example_of(schema["items"], schemas, name, depth + 1)]
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    if name in SAMPLES:
        return SAMPLES[name]
    return {"boolean": True, "integer": schema.get("minimum", 1), "object": {}}.get(str(kind), "…")


def complete(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """With an example for each parameter, the body and each answer that is no error."""
    for parameter in operation["parameters"]:
        if parameter["schema"].get("default") in (None, ""):
            parameter.setdefault("example", example_of(parameter["schema"], schemas, parameter["name"]))
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    answers = [answer for status, answer in operation["responses"].items() if str(status) < "300"]
    for part in (*bodies, *answers):
        for content in part.get("content", {}).values():
            content.setdefault("example", example_of(content["schema"], schemas))

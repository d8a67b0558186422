"""The API for people: one page made of the schema itself, in Chinese or English, without a script."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongqiao.api.examples import REF
from gongqiao.api.problems import TITLES
from gongqiao.api.v1 import api
from gongqiao.api.words import CHINESE, GROUPS, plain
from gongqiao.foundation.tokens.enums import Scope

ROOT = "/api/v1/"
LANGUAGES = {"zh": "zh-hans", "en": "en"}
HOST = "https://station.example"
NOTHING: dict[str, Any] = {}


@dataclass(frozen=True)
class Line:
    """One value that a request or an answer carries."""

    name: str
    where: str
    must: bool
    kind: str  # its type and bounds
    link: str  # the schema that it is made of, when it has a name
    words: str


@dataclass(frozen=True)
class Answer:
    status: str
    words: str
    link: str


@dataclass(frozen=True)
class Operation:
    anchor: str
    method: str
    path: str
    title: str
    words: str
    scope: str
    free: bool  # may be asked without a token
    lines: list[Line]
    body: str  # the schema of its body
    request: str
    answers: list[Answer]
    example: str


@dataclass(frozen=True)
class Group:
    anchor: str
    title: str
    operations: list[Operation]


@dataclass(frozen=True)
class Shape:
    name: str
    words: str
    lines: list[Line]
    kind: str  # of a list of words


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """In the language that is asked for by `lang`, else by the browser."""
    asked = LANGUAGES.get(request.GET.get("lang", ""), translation.get_language() or "zh-hans")
    language = "en" if asked.startswith("en") else "zh-hans"
    with translation.override(language):
        facts = {**book(language), "scopes": list(Scope), "english": language == "en"}
        return render(request, "api/docs.html", facts)


@lru_cache(maxsize=2)
def book(language: str) -> dict[str, Any]:
    """Groups with their operations, shapes, problems: made once for a language, that language being on."""
    schema: Any = json.loads(json.dumps(api.get_openapi_schema(path_prefix=ROOT), default=str))
    say = _say if language == "en" else _chinese
    groups: dict[str, list[Operation]] = {name: [] for name in GROUPS}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            groups[operation["tags"][0]].append(_operation(path, method, operation, say))
    titles = {name: words[language == "en"] for name, words in GROUPS.items()}
    return {
        "groups": [Group(f"group-{name.split()[0]}", titles[name], found) for name, found in groups.items()],
        "shapes": [_shape(name, shape, say) for name, shape in sorted(schema["components"]["schemas"].items())],
        "problems": [(code, status, str(title)) for code, (status, title) in TITLES.items()],
    }


def _say(text: str) -> str:
    return plain(text)


def _chinese(text: str) -> str:
    """The text itself for one that has none yet: a test names it."""
    return CHINESE.get(plain(text), plain(text))


def _operation(path: str, method: str, facts: dict[str, Any], say: Any) -> Operation:
    security = facts.get("security", [])
    lines = [_line(each["name"], each["schema"], each, say, each["in"]) for each in facts["parameters"]]
    content = facts.get("requestBody", {}).get("content", {})
    media, body = next(iter(content.items()), ("", NOTHING))
    if body and "$ref" not in body["schema"]:
        lines += _lines(body["schema"], say, _("表单"))
    answers = [_answer(status, answer, say) for status, answer in sorted(facts["responses"].items())]
    return Operation(
        anchor=facts["operationId"].removeprefix("gongqiao_api_").removeprefix("v1_"),
        method=method.upper(),
        path=path,
        title=say(facts["summary"]),
        words=say(facts.get("description", "")),
        scope=next((need["Bearer"][0] for need in security if need), ""),
        free=not security or {} in security,
        lines=lines,
        body=_name(body.get("schema", {})),
        request=_request(path, method, facts, media, body),
        answers=answers,
        example=_example(facts["responses"]),
    )


def _answer(status: str, facts: dict[str, Any], say: Any) -> Answer:
    schema = next(iter(facts.get("content", {}).values()), NOTHING).get("schema", {})
    return Answer(status, say(facts["description"]), _name(schema) or _name(schema.get("items", {})))


def _request(path: str, method: str, facts: dict[str, Any], media: str, body: dict[str, Any]) -> str:
    """How a program asks, as a command that can be tried."""
    parts = [f"curl -X {method.upper()}"]
    for each in facts["parameters"]:
        if each["in"] == "path":
            path = path.replace("{" + each["name"] + "}", str(each["example"]))
        elif each["in"] == "header" and "example" in each:
            parts.append(f"-H '{each['name']}: {each['example']}'")
    if facts.get("security"):
        parts.append("-H 'Authorization: Bearer gq_…'")
    if media == "application/json":
        parts += [f"-H 'Content-Type: {media}'", f"-d '{json.dumps(body['example'], ensure_ascii=False)}'"]
    elif media:
        said = [name for name in ("category", "text") if name in body["schema"]["properties"]]
        parts += [f"-F '{name}={body['example'][name]}'" for name in said]
    return " \\\n  ".join([*parts, HOST + path])


def _example(responses: dict[str, Any]) -> str:
    for status, answer in sorted(responses.items()):
        for content in answer.get("content", {}).values() if status < "300" else ():
            found = content["example"]
            return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, indent=1)
    return ""


def _shape(name: str, facts: dict[str, Any], say: Any) -> Shape:
    kind = "" if "properties" in facts else _kind(facts)
    return Shape(name, say(facts.get("description", "")), _lines(facts, say, ""), kind)


def _lines(schema: dict[str, Any], say: Any, where: str) -> list[Line]:
    must = schema.get("required", [])
    return [
        _line(name, facts, {"required": name in must, **facts}, say, where)
        for name, facts in schema.get("properties", {}).items()
    ]


def _line(name: str, schema: dict[str, Any], facts: dict[str, Any], say: Any, where: str) -> Line:
    words = facts.get("description") or schema.get("description", "")
    return Line(name, where, bool(facts.get("required")), _kind(schema), _linked(schema), say(words))


def _linked(schema: dict[str, Any]) -> str:
    parts = [schema, schema.get("items", {}), *schema.get("anyOf", []), *schema.get("allOf", [])]
    return next((name for name in map(_name, parts) if name), "")


def _name(schema: dict[str, Any]) -> str:
    found: str = schema.get("$ref", "").removeprefix(REF)
    return found


def _kind(schema: dict[str, Any]) -> str:
    """Its type and every bound, in the words of JSON Schema."""
    if _name(schema):
        return _name(schema)
    if "anyOf" in schema or "allOf" in schema:
        return " | ".join(_kind(each) for each in schema.get("anyOf") or schema["allOf"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(each) for each in schema["enum"])
    kind = str(schema.get("type", "any"))
    if kind == "array":
        kind = f"[{_kind(schema.get('items', {}))}]"
    return " ".join([kind, *_bounds(schema)])


def _bounds(schema: dict[str, Any]) -> list[str]:
    signs = {"minimum": "≥ {}", "maximum": "≤ {}", "minLength": "≥ {} chars", "maxLength": "≤ {} chars"}
    signs |= {"minItems": "≥ {} items", "maxItems": "≤ {} items", "pattern": "/{}/", "format": "({})"}
    found = [sign.format(schema[word]) for word, sign in signs.items() if word in schema]
    return [*found, f"= {json.dumps(schema['default'])}"] if "default" in schema else found

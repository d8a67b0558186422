"""The page for people holds all that the schema does, and every example is one that the schema takes."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from gongqiao.api.problems import PAGE, TITLES
from gongqiao.api.v1 import api
from gongqiao.api.words import CHINESE, GROUPS, plain
from gongqiao.foundation.tokens.enums import Scope
from tests.factories import House

DOCS = "/api/v1/docs"
HAN = re.compile(r"[\u4e00-\u9fff]+")
SCHEMA: Any = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
OPERATIONS = [
    (f"{method.upper()} {path}", facts)
    for path, methods in SCHEMA["paths"].items()
    for method, facts in methods.items()
]


class Page(HTMLParser):
    """Its anchors, and where its links lead to within the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        if "id" in said:
            self.ids.append(said["id"])
        if said.get("href", "").startswith("#"):
            self.links.append(said["href"][1:])


def words_of(part: Any) -> Iterator[str]:
    """Every summary and description, the security scheme's aside: the page tells the scopes itself."""
    if isinstance(part, list):
        for each in part:
            yield from words_of(each)
    elif isinstance(part, dict):
        for name, each in part.items():
            if name in ("summary", "description") and isinstance(each, str):
                yield plain(each)
            elif name not in ("example", "examples", "securitySchemes"):
                yield from words_of(each)


def test_every_text_of_the_schema_has_its_chinese_and_no_other_stands_there() -> None:
    wanted = set(words_of({"paths": SCHEMA["paths"], "components": SCHEMA["components"]}))
    assert wanted - {""} == set(CHINESE)
    assert {facts["tags"][0] for _name, facts in OPERATIONS} == set(GROUPS)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_has_every_operation_and_every_link_leads_somewhere(house: House, lang: str) -> None:
    answer = Client().get(DOCS, {"lang": lang})
    text = answer.content.decode()
    page = Page(text)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert [name for name, _facts in OPERATIONS if f"<code>{name}</code>" not in text] == []
    assert [scope.value for scope in Scope if f"<code>{scope.value}</code>" not in text] == []
    assert sorted(set(page.links) - set(page.ids)) == []
    assert sorted(name for name in page.ids if page.ids.count(name) > 1) == []
    assert page.tags & {"script", "style"} == set()
    assert re.findall(r'(?:src|href)="https?:', text) == []


def test_the_language_is_the_browsers_unless_another_is_asked_for(house: House) -> None:
    headers = [{}, {"Accept-Language": "en-GB,en;q=0.9"}, {"Accept-Language": "zh-CN"}]
    titles = ["工桥的接口（API）", "The API of Gongqiao", "工桥的接口（API）"]
    pages = [Client().get(DOCS, headers=each).content.decode() for each in headers]
    assert [re.findall("<h1>(.*)</h1>", page)[0] for page in pages] == titles
    english = Client().get(DOCS, {"lang": "en"}).content.decode()
    main = re.sub(r"<pre>.*?</pre>|<code>.*?</code>", "", english.split("<main")[1], flags=re.S)
    own = set(HAN.findall(" ".join(words_of(SCHEMA))))  # the schema says 我要去 beside "put one's name down"
    assert set(HAN.findall(main)) - own == {"中文"}


def test_the_type_of_every_problem_is_a_place_on_the_page(house: House) -> None:
    ids = Page(Client().get(DOCS).content.decode()).ids
    assert f"{DOCS}#problem-" == PAGE
    assert [code for code in TITLES if f"problem-{code}" not in ids] == []
    told = Client().get("/api/v1/markets/nowhere").json()["type"]
    assert (told.partition("#")[0], told.partition("#")[2] in ids) == (DOCS, True)


def test_every_operation_has_examples_that_its_schema_takes() -> None:
    wrong, seen = [], 0
    for name, facts in OPERATIONS:
        parts = [(each["schema"], each["example"]) for each in facts["parameters"] if "example" in each]
        for part in (facts.get("requestBody", {}), *facts["responses"].values()):
            parts += [(content["schema"], content["example"]) for content in part.get("content", {}).values()]
        for schema, example in parts:
            seen += 1
            taken = jsonschema_rs.validator_for({**schema, "components": SCHEMA["components"]})
            wrong += [(name, error.message) for error in taken.iter_errors(example)]
    assert (wrong, seen > 200) == ([], True)


def test_no_two_shapes_share_a_name() -> None:
    """Of two with one name the document would hold one alone."""
    from ninja import Schema

    from gongqiao.api import problems, wechat
    from gongqiao.api.v1 import markets, me, postings, shapes, tickets, work

    modules = (problems, wechat, markets, me, postings, shapes, tickets, work)
    found = {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Schema)
    }
    names = [each.__name__ for each in found]
    assert sorted(name for name in names if names.count(name) > 1) == []


def test_only_get_is_answered_and_a_program_is_told_so_as_a_problem(house: House) -> None:
    answer = Client().post(DOCS, {}, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (405, "method")
    assert Client().head(DOCS).status_code == 200

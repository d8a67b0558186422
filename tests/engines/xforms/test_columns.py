"""A filter over the rows of a list: the same rows in the same order whether they come from the index or one by one."""

import itertools
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from gongqiao.engines.xforms.external import read_external
from gongqiao.engines.xforms.nodes import Node, node_of, parse_xml
from gongqiao.engines.xforms.xpath.columns import Sought, sought
from gongqiao.engines.xforms.xpath.compiler import compiled
from gongqiao.engines.xforms.xpath.context import Context, World
from gongqiao.engines.xforms.xpath.parser import parse
from gongqiao.engines.xforms.xpath.syntax import Path, Text

NOW = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
ANSWERS = "<data><city>柳州</city><kind>a</kind><none/><many>a</many><many>b</many></data>"
FILTERS = (
    "city = /data/city",
    "/data/city = city",
    "city=/data/city and kind=/data/kind",
    "kind != 'a' and city = '柳州'",
    "city = current()/city and number > 3",
    "city = current()/city and 2",
    "nowhere = ''",
    "nowhere = /data/none",
    "kind = /data/none",
    "kind = /data/many",
    "city = /data/city][kind = 'a'][2",
    "kind = 'a' and position() = 2",
    "kind = 'a' and last() > 2",
    "number = 3",
    "city = /data/city or kind = 'a'",
    "kind = ../item[1]/kind",
)


def here(items: str) -> Context:
    root = node_of(parse_xml(ANSWERS, "answers"))
    world = World(NOW, Random(1), {"list": read_external("list.csv", items.encode())})
    return Context(world, root, origin=root)


def table(seed: int) -> str:
    chance = Random(seed)
    rows = (
        f"{number},{chance.choice(['柳州', '桂林', ''])},{chance.choice('abc')},{chance.randint(0, 6)}"
        for number in range(chance.randint(0, 40))
    )
    return "\n".join(["name,city,kind,number", *rows])


def names(rows: list[Node]) -> list[str]:
    return [row.children[0].text for row in rows]


@pytest.mark.parametrize("keeps", FILTERS)
def test_the_index_gives_what_looking_at_every_row_gives(keeps: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = f"instance('list')/*/item[{keeps}]"
    given = [table(seed) for seed in range(20)]
    fast = []
    for each in given:
        context = here(each)
        fast.append(_said(asked, context))
        assert _said(asked, context) == fast[-1]  # from the index that stands
    compiled.cache_clear()
    monkeypatch.setattr("gongqiao.engines.xforms.xpath.compiler.sought", lambda predicate: None)
    slow = [_said(asked, here(each)) for each in given]
    compiled.cache_clear()
    assert fast == slow


def _said(asked: str, context: Context) -> list[str] | str:
    """The rows, or the refusal: two values where one is meant are refused either way."""
    try:
        return names(compiled(asked)(context))
    except Exception as why:
        return f"{type(why).__name__}: {why}"


def test_the_rows_of_a_large_list_are_looked_at_once() -> None:
    rows = "\n".join(f"{number},{'柳州' if number % 1000 == 0 else '桂林'}" for number in range(50_000))
    context = here(f"name,city\n{rows}")
    asked = "instance('list')/*/item[city = /data/city]"
    left = context.world.left
    assert len(compiled(asked)(context)) == 50
    first = left - context.world.left
    assert len(compiled(asked)(context)) == 50
    again = left - first - context.world.left
    assert first > 50_000
    assert again < 100


def test_an_answer_that_changes_is_never_looked_up() -> None:
    """Turns of a repeat are rows too, but they are written into: they are looked at each time."""
    root = node_of(parse_xml("<data><r><a>1</a></r><r><a>2</a></r><w>2</w></data>", "answers"))
    context = Context(World(NOW, Random(1), {}), root, origin=root)
    rows = compiled("current()/r[a = current()/w]")
    assert [row.children[0].text for row in rows(context)] == ["2"]
    root.children[0].children[0].text = "2"
    assert len(rows(context)) == 2
    assert context.world.columns == {}


def test_what_may_be_looked_up_and_what_not() -> None:
    def of(predicate: str) -> Sought | None:
        path = parse(f"x[{predicate}]")
        assert isinstance(path, Path)
        return sought(path.steps[0].predicates[0])

    assert of("a = 'x'") == Sought("a", Text("x"), ())
    found = of("b > 1 and a = /data/a")
    assert found is not None
    assert (found.column, len(found.rest)) == ("a", 1)
    for unfit in ("a = 1", "a = ../b", "a = b", "* = 'x'", "a/b = 'x'", "a = 'x' or b", "a = 'x' and position() > 1"):
        assert of(unfit) is None, unfit


def test_a_cell_pulled_from_a_table_is_the_first_that_has_the_column() -> None:
    context = here("name,city\n1,柳州\n2,桂林\n3,柳州")
    pulled = [compiled(f"pulldata('list', 'name', 'city', '{city}')")(context) for city in ("柳州", "桂林", "南宁", "")]
    assert pulled == ["1", "2", "", ""]
    assert list(itertools.chain(*context.world.columns)) != []
    assert compiled("pulldata('list', 'name', 'nowhere', '')")(context) == ""

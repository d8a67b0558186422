"""Whoever acts may read his screen in English; whoever is told is told in the language of the house."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import gongqiao
from gongqiao.foundation.notify.models import Message
from gongqiao.services.placement.actions import endings, offers
from tests import factories
from tests.factories import House

HOUSE = Path(gongqiao.__file__).parent


def writers(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Functions that make a message: their names, and whether they write it in the first language."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            calls = [ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)]
            if any(call in ("Note", "notify.Note") for call in calls):
                yield function.name, "first_language()" in map(ast.unparse, function.decorator_list)


def test_every_function_that_makes_a_message_writes_it_in_the_first_language() -> None:
    found = {
        f"{path.relative_to(HOUSE)}: {name}": first
        for path in HOUSE.rglob("*.py")
        for name, first in writers(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert len(found) >= 10
    assert [name for name, first in found.items() if not first] == []


def test_a_function_that_does_not_is_found() -> None:
    tree = ast.parse("@first_language()\ndef good():\n    Note()\ndef bad():\n    return notify.Note()")
    assert dict(writers(tree)) == {"good": True, "bad": False}


@pytest.mark.data
def test_an_offer_and_its_end_are_told_in_chinese_by_staff_who_read_english(house: House) -> None:
    shift, wei = factories.verified(house), factories.dossier(house)
    with translation.override("en"):
        row = offers.offer(shift, wei, by=house.mo)
        endings.cancel(row, by=house.mo, note="老板关门了")
    bodies = sorted(Message.objects.values_list("body", flat=True), key=len)
    assert [body.rpartition("：")[2] for body in bodies] == ["仓库大门。去不去？", "老板关门了"]

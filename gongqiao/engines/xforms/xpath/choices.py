"""Choices: what was ticked, what a code is called, lists in another order, rows of other instances."""

import hashlib
import math

from gongqiao.engines.xforms.errors import XPathError
from gongqiao.engines.xforms.nodes import Node
from gongqiao.engines.xforms.xpath.columns import rows_with
from gongqiao.engines.xforms.xpath.context import Context
from gongqiao.engines.xforms.xpath.library import plain, worldly
from gongqiao.engines.xforms.xpath.values import Value, single, text_number, to_number, to_text

MODULUS, MULTIPLIER = 2147483647, 16807  # Park and Miller, Communications of the ACM 31 (1988)


@plain("selected", 2)
def selected(value: Value, code: Value) -> Value:
    return f" {to_text(code).strip()} " in f" {to_text(value)} "


@plain("is-selected", 2)
def is_selected(value: Value, code: Value) -> Value:
    return selected(value, code)


@plain("selected-at", 2)
def selected_at(value: Value, place: Value) -> Value:
    """The code at a place counted from 0, "" beyond the last."""
    codes, at = to_text(value).split(), to_number(place)
    return codes[int(at)] if 0 <= at < len(codes) else ""


@plain("count-selected", 1)
def count_selected(value: Value) -> Value:
    return float(len(to_text(value).split()))


@worldly("jr:choice-name", 2)
def choice_name(context: Context, value: Value, path: Value) -> Value:
    """What a code of a question is called in the language shown."""
    names = context.world.choice_name
    if names is None:
        raise XPathError("jr:choice-name() needs a form")
    return names(to_text(value), to_text(path).strip(), context)


@worldly("instance", 1)
def instance(context: Context, name: Value) -> Value:
    """Its document, so that a path goes on from there."""
    found = context.world.instances.get(to_text(name))
    if found is None:
        raise XPathError(f"there is no instance {to_text(name)!r}")
    return [found]


@worldly("current", 0)
def current(context: Context) -> Value:
    return [context.origin or context.node]


@worldly("pulldata", 4)
def pulldata(context: Context, source: Value, wanted: Value, key: Value, value: Value) -> Value:
    """One cell of a table that came with the form (ODK: pulldata('file', 'column', 'key column', value))."""
    found = context.world.instances.get(to_text(source))
    if found is None:
        raise XPathError(f"pulldata(): there is no table {to_text(source)!r}")
    searched, column, sought = to_text(key), to_text(wanted), to_text(value)
    for item in rows_with(found.children[0], "*", searched, sought, context.world) or () if found.children else ():
        cell = item.child(searched)
        if cell is not None and cell.text == sought:
            answer = item.child(column)
            return answer.text if answer is not None else ""
    return ""


@worldly("randomize", 1, 2)
def randomize(context: Context, nodes: Value, seed: Value | None = None) -> Value:
    """The nodes shuffled; the same seed gives the same order in every ODK engine. Without one the session has its own:
    two looks at a page show one order."""
    if not isinstance(nodes, list):
        raise XPathError("randomize() shuffles nodes")
    return shuffled(nodes, context.world.order if seed is None else _seed(seed))


def _seed(value: Value) -> int:
    """A number is cut to its whole part, other text is hashed (JavaRosa's toLongHash)."""
    held = single(value)
    number = to_number(held) if not isinstance(held, str) else text_number(held)
    if math.isfinite(number):
        return int(number)
    text = to_text(held)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True) if text else 0


def shuffled(nodes: list[Node], seed: int) -> list[Node]:
    """Fisher and Yates with the numbers of Park and Miller, as JavaRosa and Enketo do."""
    state = math.fmod(seed, MODULUS)
    number = int(state)
    if number <= 0:
        number += MODULUS - 1
    found = list(nodes)
    for at in range(len(found) - 1, 0, -1):
        number = number * MULTIPLIER % MODULUS
        other = int((number - 1) / (MODULUS - 1) * (at + 1))
        found[at], found[other] = found[other], found[at]
    return found

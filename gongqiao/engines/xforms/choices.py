"""The choices of a question as they stand now, and what a code is called."""

import re
from dataclasses import dataclass

from gongqiao.engines.xforms.errors import XPathError
from gongqiao.engines.xforms.model import Control, Form, Itemset
from gongqiao.engines.xforms.nodes import Node
from gongqiao.engines.xforms.words import Words, file_of
from gongqiao.engines.xforms.xpath.compiler import compiled
from gongqiao.engines.xforms.xpath.context import Context
from gongqiao.engines.xforms.xpath.values import to_text

_LIST = re.compile(r"instance\(\s*['\"][^'\"]+['\"]\s*\)(?:/[\w.-]+)+")


@dataclass(frozen=True)
class Option:
    """`label` in the language shown; `image` and `audio` are files that came with the form, or ""."""

    code: str
    label: str
    image: str = ""
    audio: str = ""


def options(form: Form, control: Control, context: Context, language: str) -> tuple[Option, ...]:
    """In the order of the form, or as it shuffles them."""
    fixed = tuple(_labelled(form, choice.code, choice.label, context, language) for choice in control.choices)
    if control.itemset is None:
        return fixed
    rows = _rows(control.itemset, context)
    return fixed + tuple(_option(form, control.itemset, row, context, language) for row in rows)


def codes(control: Control, context: Context) -> set[str]:
    """Only what may be answered, without a word of what it is called."""
    known = {choice.code for choice in control.choices}
    if control.itemset is not None:
        value = control.itemset.value
        rows = _rows(control.itemset, context)
        known.update(to_text(value.run(Context(context.world, row, origin=row))) for row in rows)
    return known


def _rows(itemset: Itemset, context: Context) -> list[Node]:
    rows = itemset.nodes.run(context)
    if not isinstance(rows, list):
        raise XPathError(f"{itemset.nodes.source!r}: choices are rows of an instance")
    return rows


def all_options(form: Form, control: Control, context: Context, language: str) -> tuple[Option, ...]:
    """Every choice of the list, also those that an earlier answer hides; where the choices are the answers of a repeat,
    those there are."""
    listed = _LIST.search(control.itemset.nodes.source) if control.itemset is not None else None
    if control.itemset is None or listed is None:
        return options(form, control, context, language)
    rows = compiled(listed.group())(context)
    return tuple(
        _option(form, control.itemset, row, context, language) for row in (rows if isinstance(rows, list) else [])
    )


def _option(form: Form, itemset: Itemset, row: Node, context: Context, language: str) -> Option:
    at = Context(context.world, row, origin=row)
    return _labelled(form, to_text(itemset.value.run(at)), itemset.label, at, language)


def _labelled(form: Form, code: str, label: Words, at: Context, language: str) -> Option:
    image, audio = (file_of(label, form.itext, language, at, kind) for kind in ("image", "audio"))
    return Option(code, label.say(form.itext, language, at), image, audio)


def label_of(form: Form, value: str, path: str, context: Context, language: str) -> str:
    """What `jr:choice-name` says: the label of a code of the question at `path`, "" for a code that is none."""
    nodes = compiled(path.strip())(context)
    if not isinstance(nodes, list):
        raise XPathError(f"jr:choice-name(): {path} is no question")
    if not nodes:
        return ""
    control = form.control_at(nodes[0].place)
    if control is None:
        raise XPathError(f"jr:choice-name(): {path} is no question")
    for option in options(form, control, Context(context.world, nodes[0], origin=nodes[0]), language):
        if option.code == value:
            return option.label
    return ""

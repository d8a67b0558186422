"""A session as the XML that is handed in, and handed-in XML as a session or as plain values."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from gongqiao.engines.xforms.errors import SubmissionError
from gongqiao.engines.xforms.model import Bind, Form, Place
from gongqiao.engines.xforms.nodes import Node, node_of, parse_xml
from gongqiao.engines.xforms.session import MOST_TURNS

OPENROSA = "http://openrosa.org/xforms"
MOST_NODES = 50_000  # of a submission in the form's shape; our longest form has under 100 outside its repeats
PREFIXES = {OPENROSA: "orx", "http://www.opendatakit.org/xforms/entities": "entities"}


@dataclass(frozen=True)
class Header:
    """What every submission says of itself."""

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str


@dataclass(frozen=True)
class Leaf:
    """One answer: its place, in which turns of repeats, its text, its bind."""

    place: Place
    turns: tuple[int, ...]
    text: str
    bind: Bind | None


def write(root: Node) -> bytes:
    """Without what is not relevant."""
    spaces = sorted({node.namespace for node in root.walk() if node.namespace})
    prefixes = {space: PREFIXES.get(space, f"n{number}") for number, space in enumerate(spaces)}
    declared = "".join(f" xmlns:{prefix}={quoteattr(space)}" for space, prefix in prefixes.items())
    return f"<?xml version='1.0' encoding='UTF-8'?>{_written(root, prefixes, declared)}".encode()


def _written(node: Node, prefixes: dict[str, str], declared: str = "") -> str:
    name = _name(node, prefixes)
    attributes = "".join(
        f" {_name(each, prefixes)}={quoteattr(each.text)}" for each in node.attributes.values() if each.relevant
    )
    inside = "".join(_written(child, prefixes) for child in node.children if child.relevant) or escape(node.text)
    return f"<{name}{declared}{attributes}>{inside}</{name}>" if inside else f"<{name}{declared}{attributes}/>"


def _name(node: Node, prefixes: dict[str, str]) -> str:
    return f"{prefixes[node.namespace]}:{node.name}" if node.namespace else node.name


def read(content: bytes) -> Node:
    """The tree of a submission; SubmissionError when it is no XML of ours."""
    return node_of(parse_xml(content, "submission", SubmissionError, most_nodes=MOST_NODES))


def header(root: Node) -> Header:
    """SubmissionError when it does not say which form it answers, or has no instanceID."""
    meta = root.child("meta")
    instance, deprecated = (_text(meta, name) for name in ("instanceID", "deprecatedID"))
    form_id = root.attribute("id") or root.namespace
    if not form_id:
        raise SubmissionError("the submission does not say which form it answers (id)")
    if not instance:
        raise SubmissionError("the submission has no instanceID")
    return Header(form_id, root.attribute("version"), instance, deprecated)


def _text(meta: Node | None, name: str) -> str:
    found = meta.child(name) if meta is not None else None
    return found.text.strip() if found is not None else ""


def fitted(form: Form, root: Node) -> Node:
    """The answers in the form's own shape: binds attached, what the form has and the submission lacks put in empty and
    not counted as said. SubmissionError for an element the form does not have."""
    if root.name != form.pattern.name:
        raise SubmissionError(f"<{root.name}> is not the root of this form, <{form.pattern.name}> is")
    made = _fitted(form, form.pattern, root, (root.name,))
    if sum(1 for _ in made.walk()) > MOST_NODES:
        raise SubmissionError(f"the submission has more than {MOST_NODES} answers")
    return made


def _fitted(form: Form, pattern: Node, given: Node, place: Place) -> Node:
    made = Node(pattern.name, given.text if not pattern.children else "", pattern.namespace)
    made.bind = form.binds.get(place)
    for attribute in pattern.attributes.values():
        value = given.attributes.get(attribute.name, attribute).text
        made.set(attribute.name, value, attribute.namespace).bind = attribute.bind
    known = {child.name for child in pattern.children} | {repeat[-1] for repeat in form.repeats if repeat[:-1] == place}
    if place[-1] != "meta" and (foreign := [child.name for child in given.children if child.name not in known]):
        raise SubmissionError(f"/{'/'.join(place)}: the form has no <{foreign[0]}>")
    for name in _order(form, pattern, place):
        here = (*place, name)
        shape = form.templates.get(here) or pattern.child(name)
        found = given.named(name)
        if here in form.repeats:
            if len(found) > MOST_TURNS:
                raise SubmissionError(f"/{'/'.join(here)}: more than {MOST_TURNS} turns of a repeat")
            for turn in found:
                made.append(_fitted(form, shape, turn, here))  # type: ignore[arg-type]  # a repeat has a template
        elif len(found) > 1:
            raise SubmissionError(f"/{'/'.join(here)} stands {len(found)} times in the submission")
        elif shape is not None:
            made.append(_fitted(form, shape, found[0], here) if found else _blank(form, shape, here))
    return made


def _order(form: Form, pattern: Node, place: Place) -> list[str]:
    """Names below a place in the form's order, repeats without a first turn included."""
    return form.children.get(place) or list(dict.fromkeys(child.name for child in pattern.children))


def _blank(form: Form, shape: Node, place: Place) -> Node:
    made = Node(shape.name, "", shape.namespace)
    made.bind = form.binds.get(place)
    for attribute in shape.attributes.values():
        made.set(attribute.name, "", attribute.namespace).bind = attribute.bind
    for child in shape.children:
        if (*place, child.name) not in form.repeats:
            made.append(_blank(form, child, (*place, child.name)))
    return made


def leaves(form: Form, root: Node) -> Iterator[Leaf]:
    """Every answer with a text, with the turns it stands in."""
    yield from _leaves(form, root, (root.name,), ())


def _leaves(form: Form, node: Node, place: Place, turns: tuple[int, ...]) -> Iterator[Leaf]:
    if not node.relevant:
        return
    if not node.children and node.text:
        yield Leaf(place, turns, node.text, form.binds.get(place))
    counts: dict[str, int] = {}
    for child in node.children:
        here = (*place, child.name)
        if here in form.repeats:
            counts[child.name] = counts.get(child.name, 0) + 1
            yield from _leaves(form, child, here, (*turns, counts[child.name]))
        else:
            yield from _leaves(form, child, here, turns)

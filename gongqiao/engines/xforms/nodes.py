"""Trees of instances: elements and attributes with a text, and where an XForm says so a type and relevance.

XML is read through defusedxml: no document type, no entity, no network; at most 10 MB, 64 levels, 200,000 elements.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from gongqiao.engines.xforms.errors import XFormError

if TYPE_CHECKING:
    from gongqiao.engines.xforms.model import Bind

XFORMS = "http://www.w3.org/2002/xforms"  # the form document's own, which its instances inherit without meaning it
MOST_BYTES = 10_000_000
MOST_DEPTH = 64
MOST_NODES = 200_000
MOST_SIGNS = 500_000  # equals signs: no document has so many attributes


class Node:
    """An element or an attribute of an instance. `text` is what stands in it; a group has children instead."""

    __slots__ = ("attributes", "bind", "children", "name", "namespace", "own_relevant", "parent", "relevant", "text")

    def __init__(self, name: str, text: str = "", namespace: str = "") -> None:
        self.name = name
        self.namespace = namespace
        self.text = text
        self.parent: Node | None = None
        self.children: list[Node] = []
        self.attributes: dict[str, Node] = {}
        self.bind: Bind | None = None
        self.own_relevant = True
        self.relevant = True

    def append(self, child: "Node") -> "Node":
        child.parent = self
        self.children.append(child)
        return child

    def insert(self, at: int, child: "Node") -> None:
        child.parent = self
        self.children.insert(at, child)

    def set(self, name: str, text: str, namespace: str = "") -> "Node":
        attribute = Node(name, text, namespace)
        attribute.parent = self
        self.attributes[name] = attribute
        return attribute

    def attribute(self, name: str) -> str:
        found = self.attributes.get(name)
        return found.text if found is not None else ""

    def named(self, name: str) -> list["Node"]:
        return [child for child in self.children if child.name == name]

    def child(self, name: str) -> "Node | None":
        return next((child for child in self.children if child.name == name), None)

    def walk(self) -> Iterator["Node"]:
        """Itself and everything below, in document order, attributes before children."""
        yield self
        yield from self.attributes.values()
        for child in self.children:
            yield from child.walk()

    def root(self) -> "Node":
        node = self
        while node.parent is not None:
            node = node.parent
        return node

    @property
    def place(self) -> tuple[str, ...]:
        """Names from the root down: the same for every turn of a repeat."""
        names, node = [], self
        while node.parent is not None:
            names.append(f"@{node.name}" if node.parent.attributes.get(node.name) is node else node.name)
            node = node.parent
        return (node.name, *reversed(names))

    @property
    def path(self) -> str:
        return "/" + "/".join(self.place)

    def copy(self) -> "Node":
        """A tree of its own, binds shared."""
        made = Node(self.name, self.text, self.namespace)
        made.bind = self.bind
        for attribute in self.attributes.values():
            made.set(attribute.name, attribute.text, attribute.namespace).bind = attribute.bind
        for child in self.children:
            made.append(child.copy())
        return made

    def __repr__(self) -> str:
        return f"<Node {self.path} {self.text!r}>"


def split(tag: str) -> tuple[str, str]:
    """Namespace and local name of a tag as ElementTree writes it."""
    if tag.startswith("{"):
        namespace, _, name = tag[1:].partition("}")
        return namespace, name
    return "", tag


ENCODINGS = frozenset({"utf-8", "utf-8-sig", "utf-16", "us-ascii", "iso-8859-1", "gb2312", "gbk", "gb18030", "big5"})
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.\-]{1,40})["']""")
_ENCODING = re.compile(r"""\A(\s*<\?xml[^>]*?)\s+encoding\s*=\s*(?:"[^"]*"|'[^']*')""")


def decoded(content: bytes, what: str) -> str:
    """The text of an XML document in the encoding that it says, without saying it any more; UTF-8 when it says none."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = "utf-16"
    else:
        said = _DECLARED.match(content)
        name = said[1].decode() if said is not None else "utf-8-sig"
    if name.lower() not in ENCODINGS:
        raise XFormError(f"{what}: an XForm is written in UTF-8, not in {name}")
    try:
        text = content.decode("utf-8-sig" if name.lower() == "utf-8" else name)
    except UnicodeError:
        raise XFormError(f"{what}: not readable as {name}") from None
    return _ENCODING.sub(r"\1", text, count=1)


def parse_xml(
    text: str | bytes, what: str, error: type[XFormError] = XFormError, *, most_nodes: int = MOST_NODES
) -> Element:
    """The root element; `what` names the document in the error."""
    content = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if len(content) > MOST_BYTES:
        raise error(f"{what}: more than {MOST_BYTES // 1_000_000} MB")
    if content.count(b"<") > 2 * most_nodes or content.count(b"=") > MOST_SIGNS:
        raise error(f"{what}: more than {most_nodes} elements")  # before a tree of them fills the memory
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as why:
        raise error(f"{what}: document types and entities are not allowed ({type(why).__name__})") from None
    except (ParseError, ValueError, LookupError) as why:
        raise error(f"{what}: not well-formed XML: {why}") from None
    _check_size(root, what, error, most_nodes)
    return root


def _check_size(root: Element, what: str, error: type[XFormError], most_nodes: int) -> None:
    level, depth, count = [root], 0, 0
    while level:
        depth += 1
        count += len(level)
        if depth > MOST_DEPTH:
            raise error(f"{what}: nested more than {MOST_DEPTH} levels deep")
        if count > most_nodes:
            raise error(f"{what}: more than {most_nodes} elements")
        level = [child for element in level for child in element]


def node_of(element: Any) -> Node:
    """A tree of nodes from an element that was checked for size."""
    namespace, name = split(element.tag)
    children = list(element)
    text = element.text or ""
    node = Node(name, text if not children or text.strip() else "", "" if namespace == XFORMS else namespace)
    for tag, value in element.attrib.items():
        space, local = split(tag)
        node.set(local, value, space)
    for child in children:
        node.append(node_of(child))
    return node

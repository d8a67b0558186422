"""From an XForm's XML to a Form. Whatever is wrong is an XFormError that names the place."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from functools import lru_cache
from xml.etree.ElementTree import Element

from gongqiao.engines.xforms.dependencies import Order
from gongqiao.engines.xforms.errors import XFormError
from gongqiao.engines.xforms.external import empty, read_external
from gongqiao.engines.xforms.kinds import KINDS, defaulted, kind_of
from gongqiao.engines.xforms.model import (
    Bind,
    Choice,
    Control,
    Entity,
    Form,
    Group,
    Itemset,
    Part,
    Place,
    Rule,
    SetValue,
)
from gongqiao.engines.xforms.nodes import Node, node_of, parse_xml, split
from gongqiao.engines.xforms.words import Words, itext_of, words_of, words_of_reference
from gongqiao.engines.xforms.xpath.compiler import compiled
from gongqiao.engines.xforms.xpath.parser import parse
from gongqiao.engines.xforms.xpath.syntax import Call, Path

JAVAROSA = "http://openrosa.org/javarosa"
ENTITIES = "http://www.opendatakit.org/xforms/entities"
ODK = "http://www.opendatakit.org/xforms"
MOST_QUESTIONS, MOST_BINDS = 5_000, 10_000
KEPT = 512  # places of a form whose dependants are kept
LAST_SAVED = "jr://instance/last-saved"
CONTROLS = frozenset({"input", "select", "select1", "rank", "upload", "trigger", "range", "secret"})
EVENTS = frozenset(
    {
        "odk-instance-first-load",
        "odk-instance-load",
        "odk-new-repeat",
        "xforms-ready",
        "xforms-revalidate",
        "xforms-value-changed",
    }
)


def load(xform: str | bytes, *, zone: tzinfo, files: Mapping[str, bytes] | None = None) -> Form:
    """A form ready for sessions. `files` are those that came with it, by name; the ones it lacks are in
    `form.external` and stand empty. XFormError for anything that cannot be used."""
    return _Loader(parse_xml(xform, "form"), zone, files or {}).form()


class _Loader:
    def __init__(self, root: Element, zone: tzinfo, files: Mapping[str, bytes]) -> None:
        self.zone, self.files = zone, files
        self.head = _only(root, "head")
        self.body = _only(root, "body")
        self.model = _only(self.head, "model")
        self.binds: dict[Place, Bind] = {}
        self.repeats: dict[Place, Group] = {}
        self.templates: dict[Place, Node] = {}
        self.actions: list[SetValue] = []
        self.expressions: list[tuple[str, str]] = []
        self.questions = 0
        self.ids: dict[str, str] = {}  # of binds: what it is for, as older forms name it

    def form(self) -> Form:
        instances = list(_all(self.model, "instance"))
        if not instances or len(list(instances[0])) != 1:
            raise XFormError("the form has no primary instance with one root")
        pattern = node_of(next(iter(instances[0])))
        itext = itext_of(next(_all(self.model, "itext"), None))
        self.root = pattern
        for element in _all(self.model, "bind"):
            if element.get("id"):
                self.ids[str(element.get("id"))] = element.get("nodeset") or element.get("ref") or ""
        for element in _all(self.model, "bind"):
            self._bind(element)
        for element in _actions(self.model):
            self._action(element, pattern_place(pattern), None)
        parts = self._parts(self.body, (pattern.name,))
        children = {node.place: list(dict.fromkeys(child.name for child in node.children)) for node in pattern.walk()}
        self._take_templates(pattern, (pattern.name,))
        self._attach(pattern)
        secondary, external = self._secondary(instances[1:])
        order = Order(self.binds.values())
        form_id = pattern.attribute("id") or pattern.namespace or pattern.name
        title = next(_all(self.head, "title"), None)
        return Form(
            form_id=form_id,
            version=pattern.attribute("version"),
            title=(title.text or "").strip() if title is not None else "",
            zone=self.zone,
            pattern=pattern,
            templates=self.templates,
            repeats=self.repeats,
            binds=self.binds,
            body=parts,
            itext=itext,
            instances=secondary,
            external=external,
            actions=tuple(self.actions),
            entities=tuple(_entities(pattern)),
            order=tuple(order.sorted),
            affected=lru_cache(maxsize=KEPT)(order.affected),
            children=children,
            expressions=self.expressions,
        )

    def _rule(self, source: str | None, where: str) -> Rule | None:
        if source is None or not source.strip():
            return None
        self.expressions.append((where, source.strip()))
        try:
            return Rule(source.strip(), compiled(source.strip()))
        except XFormError as why:
            raise XFormError(f"{where}: {why}") from None

    def _place(self, reference: str, context: Place, where: str) -> Place:
        """The place that a path names, `.` and `..` included."""
        try:
            tree = parse(reference.strip())
        except XFormError as why:
            raise XFormError(f"{where}: {why}") from None
        if not isinstance(tree, Path) or tree.start not in (None, Call("current", ())):
            raise XFormError(f"{where}: {reference!r} is no path to a question")
        at: list[str] = [] if tree.absolute else list(context)
        for step in tree.steps:
            if step.axis == "parent":
                del at[-1:]
            elif step.axis == "attribute":
                at.append(f"@{step.name}")
            elif step.axis == "child":
                at.append(step.name)
            elif step.axis != "self":
                raise XFormError(f"{where}: {reference!r} is no path to a question")
        return tuple(at)

    def _reference(self, element: Element) -> str | None:
        """By its own path, or by the id of a bind."""
        return element.get("ref") or self.ids.get(element.get("bind") or "")

    def _bind(self, element: Element) -> None:
        reference = element.get("nodeset") or element.get("ref") or ""
        place = self._place(reference, (self.root.name,), "a bind")
        path = "/" + "/".join(place)
        if not _reach(self.root, place):
            raise XFormError(f"{path}: the bind's place is not in the instance")
        written = element.get("type") or ""
        kind = kind_of(written) or KINDS["string"]
        rules = {
            name: self._rule(element.get(name), f"{path} ({name})")
            for name in ("relevant", "calculate", "constraint", "required", "readonly")
        }
        known = self.binds.get(place)
        if known is not None:
            rules = {name: rule or getattr(known, name) for name, rule in rules.items()}
            kind = kind if written else known.kind
        if len(self.binds) > MOST_BINDS:
            raise XFormError(f"the form has more than {MOST_BINDS} binds")
        self.binds[place] = Bind(
            place=place,
            kind=kind,
            zone=self.zone,
            constraint_message=_message(element, "constraintMsg"),
            required_message=_message(element, "requiredMsg"),
            preload=element.get(f"{{{JAVAROSA}}}preload") or "",
            preload_parameter=element.get(f"{{{JAVAROSA}}}preloadParams") or "",
            save_to=element.get(f"{{{ENTITIES}}}saveto") or "",
            **rules,
        )

    def _action(self, element: Element, context: Place, where: Place | None) -> None:
        target = self._place(self._reference(element) or "", context, "setvalue")
        events = frozenset((element.get("event") or element.get(EVENT_ATTRIBUTE) or "").split())
        path = "/" + "/".join(target)
        if split(element.tag)[1] != "setvalue":
            return  # setgeopoint, recordaudio: a phone's own doing
        if unknown := events - EVENTS:
            raise XFormError(f"{path}: there is no event {sorted(unknown)[0]!r}")
        value = self._rule(element.get("value"), f"{path} (setvalue)")
        self.actions.append(SetValue(target, events, value, element.text or "", where))

    def _parts(self, element: Element, context: Place) -> tuple[Part, ...]:
        found: list[Part] = []
        for child in element:
            name = split(child.tag)[1]
            if name in CONTROLS:
                found.append(self._control(child, name, context))
            elif name == "group":
                found.append(self._group(child, context))
            elif name == "repeat":
                found.append(self._repeat(child, context, None, ""))
        return tuple(found)

    def _control(self, element: Element, kind: str, context: Place) -> Control:
        reference = self._reference(element)
        if reference is None:
            raise XFormError(f"a {kind} without a ref")
        place = self._place(reference, context, kind)
        path = "/" + "/".join(place)
        self.questions += 1
        if self.questions > MOST_QUESTIONS:
            raise XFormError(f"the form has more than {MOST_QUESTIONS} questions")
        if not _reach(self.root, place):
            raise XFormError(f"{path}: the question's place is not in the instance")
        for action in _actions(element):
            self._action(action, place, place)
        itemset = next(_all(element, "itemset"), None)
        facts = {split(name)[1]: value for name, value in element.attrib.items()}
        return Control(
            kind=kind,
            place=place,
            label=words_of(next(_all(element, "label"), None)),
            hint=words_of(next(_all(element, "hint"), None)),
            appearance=element.get("appearance") or "",
            media=element.get("mediatype") or "",
            itemset=self._itemset(itemset, path) if itemset is not None else None,
            choices=tuple(_choice(item, path) for item in _all(element, "item")),
            facts=facts,
        )

    def _itemset(self, element: Element, path: str) -> Itemset:
        nodes = self._rule(element.get("nodeset"), f"{path} (choices)")
        value = next(_all(element, "value"), None)
        label = next(_all(element, "label"), None)
        if nodes is None or value is None or label is None:
            raise XFormError(f"{path}: choices need a nodeset, a value and a label")
        code = self._rule(value.get("ref"), f"{path} (choice value)")
        if code is None:
            raise XFormError(f"{path}: choices need a value")
        return Itemset(nodes, code, words_of_reference(label.get("ref") or "''"))

    def _group(self, element: Element, context: Place) -> Part:
        reference = self._reference(element) or element.get("nodeset")
        place = self._place(reference, context, "group") if reference else None
        label = words_of(next(_all(element, "label"), None))
        appearance = element.get("appearance") or ""
        repeat = next(_all(element, "repeat"), None)
        if repeat is not None:
            return self._repeat(repeat, place or context, label, appearance)
        return Group(place, label, appearance, self._parts(element, place or context))

    def _repeat(self, element: Element, context: Place, label: Words | None, appearance: str) -> Group:
        place = self._place(element.get("nodeset") or self._reference(element) or "", context, "repeat")
        path = "/" + "/".join(place)
        if not _reach(self.root, place):
            raise XFormError(f"{path}: the repeat's place is not in the instance")
        for action in _actions(element):
            self._action(action, place, place)
        group = Group(
            place,
            label or words_of(next(_all(element, "label"), None)),
            element.get("appearance") or appearance,
            self._parts(element, place),
            repeat=True,
            count=self._rule(element.get(f"{{{JAVAROSA}}}count"), f"{path} (count)"),
            fixed=(element.get(f"{{{JAVAROSA}}}noAddRemove") or "").replace(" ", "") == "true()",
        )
        self.repeats[place] = group
        return group

    def _take_templates(self, node: Node, place: Place) -> None:
        """A turn marked as the template becomes the pattern of new ones; without one, the first turn does."""
        for child in list(node.children):
            here = (*place, child.name)
            self._take_templates(child, here)
            if here not in self.repeats:
                continue
            marked = child.attributes.pop("template", None) is not None
            if marked or here not in self.templates:
                self.templates[here] = child.copy()
            if marked:
                node.children.remove(child)

    def _attach(self, pattern: Node) -> None:
        for tree, base in [(pattern, ()), *((tree, place[:-1]) for place, tree in self.templates.items())]:
            for node in tree.walk():
                node.bind = self.binds.get((*base, *node.place))
                if node.bind is not None and node.text:
                    node.text = defaulted(node.text.strip(), node.bind.kind, self.zone)

    def _secondary(self, elements: list[Element]) -> tuple[dict[str, Node], dict[str, str]]:
        found: dict[str, Node] = {}
        external: dict[str, str] = {}
        for element in elements:
            name, source = element.get("id"), element.get("src")
            if name is None:
                raise XFormError("a further instance has no id")
            if source is None:
                document = empty()
                document.children = []
                for child in element:
                    document.append(node_of(child))
                found[name] = document
                continue
            file = source.rpartition("/")[2]
            external[name] = file
            content = self.files.get(file)
            found[name] = read_external(file, content) if content is not None else empty()
        return found, external


EVENT_ATTRIBUTE = "{http://www.w3.org/2001/xml-events}event"


def pattern_place(pattern: Node) -> Place:
    return (pattern.name,)


def _only(element: Element, name: str) -> Element:
    found = next(_all(element, name), None)
    if found is None:
        raise XFormError(f"the form has no <{name}>")
    return found


def _all(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if split(child.tag)[1] == name)


def _actions(element: Element) -> Iterator[Element]:
    for child in element:
        name = split(child.tag)[1]
        if name in ("setvalue", "setgeopoint", "recordaudio"):
            yield child
        elif name == "action":
            yield from _actions(child)


def _reach(root: Node, place: Place) -> Node | None:
    """The first node at a place, templates included."""
    if not place or place[0] != root.name:
        return None
    nodes = [root]
    for name in place[1:]:
        if name.startswith("@"):
            nodes = [node.attributes[name[1:]] for node in nodes if name[1:] in node.attributes]
        else:
            nodes = [child for node in nodes for child in node.named(name)]
    return nodes[0] if nodes else None


def _message(element: Element, name: str) -> Words | None:
    written = element.get(f"{{{JAVAROSA}}}{name}")
    if written is None:
        return None
    return words_of_reference(written) if written.startswith("jr:itext(") else Words(template=(written,))


def _choice(element: Element, path: str) -> Choice:
    value, label = next(_all(element, "value"), None), words_of(next(_all(element, "label"), None))
    if value is None:
        raise XFormError(f"{path}: a choice without a value")
    return Choice((value.text or "").strip(), label or Words(template=((value.text or "").strip(),)))


def _entities(pattern: Node) -> Iterator[Entity]:
    for node in pattern.walk():
        if node.name == "entity" and "dataset" in node.attributes:
            yield Entity(node.attribute("dataset"), node.place)

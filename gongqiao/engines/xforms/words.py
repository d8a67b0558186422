"""Texts of a form: labels and hints, in its languages, with answers woven in."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from gongqiao.engines.xforms.errors import XFormError
from gongqiao.engines.xforms.nodes import split
from gongqiao.engines.xforms.xpath.compiler import Run, compiled
from gongqiao.engines.xforms.xpath.context import Context
from gongqiao.engines.xforms.xpath.parser import parse
from gongqiao.engines.xforms.xpath.syntax import Call, Text
from gongqiao.engines.xforms.xpath.values import to_text

Template = tuple["str | Run", ...]
FORMS = ("image", "audio", "video", "big-image", "guidance", "short")


@dataclass
class Itext:
    """language → id → form ("" for the words, else image, audio, video, guidance …) → template."""

    languages: list[str] = field(default_factory=list)
    default: str = ""
    texts: dict[str, dict[str, dict[str, Template]]] = field(default_factory=dict)

    def find(self, language: str, key: str) -> dict[str, Template]:
        """In the language, else in the form's own."""
        for each in (language, self.default):
            found = self.texts.get(each, {}).get(key)
            if found is not None:
                return found
        return {}


@dataclass(frozen=True)
class Words:
    """Either an id of itext, an expression that gives one, or a template of its own."""

    key: str = ""
    key_run: Run | None = None
    template: Template = ()

    def say(self, itext: Itext, language: str, context: Context, form: str = "") -> str:
        """Filled in; "" when the language has no such form."""
        if self.key or self.key_run is not None:
            key = self.key or to_text(self.key_run(context))  # type: ignore[misc]  # one of the two is there
            return filled(itext.find(language, key).get(form, ()), context)
        return filled(self.template, context) if not form else ""


def file_of(words: Words | None, itext: Itext, language: str, context: Context, form: str) -> str:
    """The name of the picture or the voice that goes with words (`jr://images/name`), "" without one."""
    said = words.say(itext, language, context, form) if words is not None else ""
    return said.rpartition("/")[2] if said.startswith("jr://") else said


def filled(template: Template, context: Context) -> str:
    text = "".join(part if isinstance(part, str) else to_text(part(context)) for part in template)
    return text.strip()


def template_of(element: Element) -> Template:
    """Words and `<output value="…"/>`."""
    parts: list[str | Run] = [element.text or ""]
    for child in element:
        name = split(child.tag)[1]
        if name == "output":
            parts.append(compiled(child.get("value") or child.get("ref") or "''"))
        else:
            parts.append("".join(child.itertext()))
        parts.append(child.tail or "")
    return tuple(part for part in parts if part != "")


def words_of(element: Element | None) -> Words | None:
    """Of a `<label>`, `<hint>`: by itext reference or as it stands."""
    if element is None:
        return None
    reference = element.get("ref")
    return words_of_reference(reference) if reference else Words(template=template_of(element))


def words_of_reference(reference: str) -> Words:
    """`jr:itext('…')`, `jr:itext(path)`, or a path to the words themselves."""
    tree = parse(reference)
    if isinstance(tree, Call) and tree.name == "jr:itext":
        if len(tree.arguments) != 1:
            raise XFormError(f"{reference!r}: jr:itext() takes one value")
        if isinstance(tree.arguments[0], Text):
            return Words(key=tree.arguments[0].value)
        inner = reference.strip()
        return Words(key_run=compiled(inner[inner.index("(") + 1 : inner.rindex(")")]))
    return Words(template=(compiled(reference),))


def itext_of(element: Element | None) -> Itext:
    found = Itext()
    if element is None:
        return found
    for translation in element:
        if split(translation.tag)[1] != "translation":
            continue
        language = translation.get("lang") or "default"
        found.languages.append(language)
        if translation.get("default") is not None and not found.default:
            found.default = language
        found.texts[language] = {
            str(text.get("id")): _forms(text) for text in translation if split(text.tag)[1] == "text"
        }
    if not found.default and found.languages:
        found.default = found.languages[0]
    return found


def _forms(text: Element) -> dict[str, Template]:
    forms: dict[str, Template] = {}
    for value in text:
        if split(value.tag)[1] == "value":
            forms[value.get("form") or ""] = template_of(value)
    return forms

"""Which words the code and the templates hand to gettext, and where; read without running any of it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

# What a call takes before its count or number: c the context, s the singular, p the plural.
SHAPES = {
    "gettext": "s",
    "gettext_lazy": "s",
    "gettext_noop": "s",
    "ngettext": "sp",
    "ngettext_lazy": "sp",
    "pgettext": "cs",
    "pgettext_lazy": "cs",
    "npgettext": "csp",
    "npgettext_lazy": "csp",
}
MODULE = "django.utils.translation"
TEMPLATE_SUFFIXES = {".html", ".txt"}
HAN = re.compile(r"[\u4e00-\u9fff]")

_LITERAL = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_CALL = re.compile(rf"(?<!\w)(n?p?gettext|_)\(\s*({_LITERAL}(?:\s*,\s*{_LITERAL})*)", re.S)
_COMMENTED = re.compile(r"\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", re.S)
# Language names stand in their own language, and what a script or a style sheet holds is not read by people.
_SKIPPED_TEXT = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>", re.S)
_OWN_NAMES = re.compile(r"简体中文|中文|工桥")


class StringsError(Exception):
    """A call that no catalogue can serve; the text names file and line."""


@dataclass(frozen=True, order=True)
class Key:
    """What Django looks up: the text, its context and, for counted words, that there is a plural."""

    text: str
    context: str = ""
    plural: str = ""


@dataclass(frozen=True, order=True)
class Place:
    """Where a text stands, as a path from the root of what was searched, and a line from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


def of_tree(root: Path, *folders: str) -> dict[Key, list[Place]]:
    """Every text under the folders (all of root without any) and the places it stands at."""
    found: dict[Key, list[Place]] = {}
    for path in _files(root, folders):
        name = path.relative_to(root).as_posix()
        source = path.read_text(encoding="utf-8")
        pairs = of_python(source, name) if path.suffix == ".py" else of_template(source, name)
        for key, place in pairs:
            found.setdefault(key, []).append(place)
    return _one_plural_each(found)


def unmarked(root: Path, *folders: str) -> list[tuple[Place, str]]:
    """Chinese words in templates that stand outside every translate tag."""
    found = []
    for path in _files(root, folders):
        if path.suffix in TEMPLATE_SUFFIXES:
            found += unmarked_in(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())
    return found


def of_python(source: str, name: str) -> Iterator[tuple[Key, Place]]:
    """The gettext calls of one module, by the names it imported them under."""
    tree = ast.parse(source, name)
    known = _names(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            function = known.get(node.func.id)
        elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            function = node.func.attr if known.get(node.func.value.id) == MODULE else None
        else:
            function = None
        if function in SHAPES:
            place = Place(name, node.lineno)
            yield _key(function, [_literal(argument, place) for argument in node.args[: len(SHAPES[function])]]), place


def of_template(source: str, name: str) -> Iterator[tuple[Key, Place]]:
    """The translate and blocktranslate tags and `_("…")` constants of one template, as Django looks them up."""
    try:
        code = templatize(source, origin=name)
    except SyntaxError as error:
        raise StringsError(str(error)) from error
    for match in _CALL.finditer(code):
        texts = [ast.literal_eval(literal) for literal in re.findall(_LITERAL, match[2], re.S)]
        if match[1] == "_":  # a constant in a tag or filter: Django doubles its per cent signs when it looks it up
            texts = [text.replace("%", "%%") for text in texts]
        function = "gettext" if match[1] == "_" else match[1]
        yield _key(function, texts[: len(SHAPES[function])]), Place(name, code.count("\n", 0, match.start()) + 1)


def unmarked_in(source: str, name: str) -> list[tuple[Place, str]]:
    """Chinese words of one template that no language but Chinese will ever show otherwise."""
    for pattern in (_COMMENTED, _SKIPPED_TEXT):
        source = pattern.sub(lambda match: "\n" * match[0].count("\n"), source)
    found, inside = [], False
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            tag = token.contents.split(maxsplit=1)[0] if token.contents else ""
            inside = tag in {"blocktranslate", "blocktrans"} or (inside and tag == "plural")
        elif token.token_type == TokenType.TEXT and not inside:
            first = token.lineno or 1
            for offset, line in enumerate(token.contents.splitlines()):
                if HAN.search(_OWN_NAMES.sub("", line)):
                    found.append((Place(name, first + offset), line.strip()))
    return found


def _files(root: Path, folders: tuple[str, ...]) -> list[Path]:
    tops = [root / folder for folder in folders] or [root]
    found = [path for top in tops for path in top.rglob("*") if path.suffix == ".py" and "migrations" not in path.parts]
    found += [
        path
        for top in tops
        for path in top.rglob("*")
        if path.suffix in TEMPLATE_SUFFIXES and "templates" in path.relative_to(root).parts
    ]
    return sorted(found)


def _names(tree: ast.Module) -> dict[str, str]:
    """Local name -> gettext function (or MODULE for the module itself), from the imports anywhere in the file."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == MODULE:
            known.update({alias.asname or alias.name: alias.name for alias in node.names})
        elif isinstance(node, ast.ImportFrom) and node.module == "django.utils":
            known.update({alias.asname or alias.name: MODULE for alias in node.names if alias.name == "translation"})
        elif isinstance(node, ast.Import):
            known.update({alias.asname: MODULE for alias in node.names if alias.name == MODULE and alias.asname})
    return known


def _literal(argument: ast.expr, place: Place) -> str:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    raise StringsError(f"{place}: gettext needs a literal text here, not {ast.unparse(argument)}")


def _key(function: str, texts: list[str]) -> Key:
    given = dict(zip(SHAPES[function], texts, strict=True))
    return Key(given["s"], given.get("c", ""), given.get("p", ""))


def _one_plural_each(found: dict[Key, list[Place]]) -> dict[Key, list[Place]]:
    """A text used both plainly and counted is one entry, the counted one; two different plurals are a mistake."""
    counted: dict[tuple[str, str], Key] = {}
    for key in sorted(found):
        if key.plural:
            other = counted.setdefault((key.context, key.text), key)
            if other != key:
                raise StringsError(f"{found[key][0]}: {key.text!r} has two plurals: {other.plural!r}, {key.plural!r}")
    merged: dict[Key, list[Place]] = {}
    for key, places in found.items():
        merged.setdefault(counted.get((key.context, key.text), key), []).extend(places)
    return {key: sorted(merged[key]) for key in sorted(merged)}

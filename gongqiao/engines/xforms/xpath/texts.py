"""Text: parts, joins, patterns, digests."""

import base64
import binascii
import hashlib
import re
from uuid import UUID

from gongqiao.engines.xforms.errors import XPathError
from gongqiao.engines.xforms.xpath.context import Context
from gongqiao.engines.xforms.xpath.library import MANY, plain, worldly
from gongqiao.engines.xforms.xpath.patterns import compiled_pattern
from gongqiao.engines.xforms.xpath.values import Value, node_value, to_integer, to_number, to_text

MOST_TEXT = 100_000  # characters that are put together: a value doubled twenty times over is a million times as long


@plain("string", 1)
def string(value: Value) -> Value:
    return to_text(value)


@plain("concat", 0, MANY)
def concat(*values: Value) -> Value:
    return _joined("", values)


@plain("join", 1, MANY)
def join(separator: Value, *values: Value) -> Value:
    return _joined(to_text(separator), values)


def _joined(separator: str, values: tuple[Value, ...]) -> str:
    parts = _each(values)
    if sum(map(len, parts)) + len(separator) * len(parts) > MOST_TEXT:
        raise XPathError(f"a text of more than {MOST_TEXT} characters")
    return separator.join(parts)


def _each(values: tuple[Value, ...]) -> list[str]:
    """Node-sets count node by node."""
    found = []
    for value in values:
        found += [to_text(node_value(node)) for node in value] if isinstance(value, list) else [to_text(value)]
    return found


@worldly("string-length", 0, 1)
def length(context: Context, *text: Value) -> Value:
    """In UTF-16 units, as Java counts."""
    return float(len(own(context, text).encode("utf-16-le", "surrogatepass")) // 2)


@plain("contains", 2)
def contains(text: Value, part: Value) -> Value:
    return to_text(part) in to_text(text)


@plain("starts-with", 2)
def starts_with(text: Value, part: Value) -> Value:
    return to_text(text).startswith(to_text(part))


@plain("ends-with", 2)
def ends_with(text: Value, part: Value) -> Value:
    return to_text(text).endswith(to_text(part))


@plain("substr", 2, 3)
def substr(text: Value, start: Value, end: Value | None = None) -> Value:
    """From `start` up to before `end`, counted from 0; negative ones from the end."""
    whole = to_text(text)
    first = _index(start, len(whole))
    last = len(whole) if end is None else _index(end, len(whole))
    return whole[first:last] if first < last else ""


def _index(value: Value, size: int) -> int:
    number = to_integer(value)
    if number != number:
        return 0
    at = int(max(-1e9, min(1e9, number)))
    return max(0, min(size, at + size if at < 0 else at))


@plain("substring-before", 2)
def substring_before(text: Value, part: Value) -> Value:
    whole, mark = to_text(text), to_text(part)
    return whole.partition(mark)[0] if mark and mark in whole else ""


@plain("substring-after", 2)
def substring_after(text: Value, part: Value) -> Value:
    whole, mark = to_text(text), to_text(part)
    return whole.partition(mark)[2] if mark in whole and mark else ("" if mark else whole)


@plain("translate", 3)
def translate(text: Value, old: Value, new: Value) -> Value:
    table: dict[int, str | None] = {}
    target = to_text(new)
    for at, character in enumerate(to_text(old)):
        table.setdefault(ord(character), target[at] if at < len(target) else None)
    return to_text(text).translate(table)


@worldly("normalize-space", 0, 1)
def normalize_space(context: Context, *text: Value) -> Value:
    """XML's four blanks; a Chinese blank is a sign like any other."""
    return re.sub(r"[ \t\r\n]+", " ", own(context, text)).strip(" ")


def own(context: Context, text: tuple[Value, ...]) -> str:
    """Without a value: of the node at hand."""
    if text:
        return to_text(text[0])
    if not context.node.name:
        raise XPathError("there is no node at hand")
    return to_text(node_value(context.node))


@plain("regex", 2)
def regex(text: Value, pattern: Value) -> Value:
    """The whole text matches (java.util.regex Matcher.matches)."""
    return compiled_pattern(to_text(pattern))(to_text(text))


@plain("digest", 2, 3)
def digest(text: Value, algorithm: Value, encoding: Value = "base64") -> Value:
    name = to_text(algorithm).replace("-", "").lower()
    if name not in ("md5", "sha1", "sha256", "sha384", "sha512"):
        raise XPathError(f"digest(): there is no {to_text(algorithm)!r}")
    found = hashlib.new(name, to_text(text).encode(), usedforsecurity=False).digest()
    match to_text(encoding):
        case "hex":
            return found.hex()
        case "base64":
            return base64.b64encode(found).decode()
    raise XPathError(f"digest(): {to_text(encoding)!r} is neither hex nor base64")


@plain("base64-decode", 1)
def base64_decode(text: Value) -> Value:
    try:
        return base64.b64decode(to_text(text), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


@worldly("uuid", 0, 1)
def uuid(context: Context, size: Value | None = None) -> Value:
    """A random UUID, or so many random letters and digits."""
    chance = context.world.random
    if size is None:
        return str(UUID(int=chance.getrandbits(128), version=4))
    count = to_number(size)
    if not 0 <= count <= 1000:
        raise XPathError("uuid(): between 0 and 1000 characters")
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return "".join(chance.choice(letters) for _ in range(int(count)))


@worldly("property", 1)
def device_property(context: Context, name: Value) -> Value:
    return context.world.properties.get(to_text(name), "")


@plain("version", 0)
def version() -> Value:
    return ""

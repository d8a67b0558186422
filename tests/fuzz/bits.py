"""Ways to break bytes and words that any document can be broken by."""

from collections.abc import Callable
from random import Random

Change = Callable[[bytes, Random], bytes]

BITS = (
    "<", ">", "'", '"', "/", "..", "()", "&amp;", "&", "&#0;", "&#xD800;", "９", "\x00", "\x0b", "[1]", "<a>", "</a>",
    "<![CDATA[", "]]>", "<!--", "<?x?>", "\ufeff", "\u202e", "👩‍🏭", "e\u0301", "xmlns=''", "-1", "NaN", "1e999", "",
)  # fmt: skip
VALUES = (
    "-0", "1e999", "-1e999", "NaN", "Infinity", "9" * 400, "0." + "0" * 400 + "1", "٣٤", "4,5", "1_000", "0x10",
    "0001-01-01", "9999-12-31", "2026-02-30", "2026-13-45", "0001-01-01T00:00:00.000+14:00",
    "9999-12-31T23:59:59.999-14:00", "2026-11-25T24:00:00Z", "2026-11-25T06:30:00+99:99", "24:00", "00:00:00+23:59",
    "91 181", "24.3 109.4 0 0;", ";;;", "loader " * 3, "a" * 5_000, "\u202e" * 40, "👩‍🏭" * 300, "' OR 1=1 --",
    "{{ 7 * 7 }}", "${age}", "&lt;script&gt;", "../../etc/x", "yes no", " ", "\u3000", "true", "null",
)  # fmt: skip


def flipped(content: bytes, chance: Random) -> bytes:
    found = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        if found:
            found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def cut(content: bytes, chance: Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def doubled(content: bytes, chance: Random) -> bytes:
    at, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    end = min(end, at + chance.choice((5, 40, 400)))
    return content[:at] + content[at:end] * chance.choice((2, 3, 20)) + content[end:]


def dropped(content: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + content[at + chance.choice((1, 5, 40, 400)) :]


def put_in(content: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(BITS).encode("utf-8", "surrogatepass") + content[at:]


def encoded(content: bytes, chance: Random) -> bytes:
    """In another encoding, said or not; or said and not."""
    name = chance.choice(("utf-16", "utf-16-le", "utf-32", "gb18030", "utf-7", "cp037", "big5"))
    text = content.decode("utf-8", "replace").partition("?>")[2]
    declared = f'<?xml version="1.0" encoding="{chance.choice((name, "utf-8", "none", "x" * 50))}"?>{text}'
    match chance.randrange(3):
        case 0:
            return declared.encode(name, "replace")
        case 1:
            return declared.encode()
    return text.encode(name, "replace")


def with_entities(content: bytes, chance: Random) -> bytes:
    """Bombs and files from outside."""
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    kinds = (
        f'<!DOCTYPE d [<!ENTITY l0 "lol">{lol}]>',
        f'<!DOCTYPE d [<!ENTITY l9 "{"x" * 50_000}">]>',
        '<!DOCTYPE d [<!ENTITY l9 SYSTEM "nobodys-file">]>',
        '<!DOCTYPE d SYSTEM "nobodys.dtd">',
        '<!DOCTYPE d [<!ENTITY % p SYSTEM "nobodys-file"> %p;]>',
    )
    head, mark, rest = content.partition(b"?>")
    body = (rest if mark else head).replace(b"</", b"&l9;</", 1)
    return (head + mark if mark else b"") + chance.choice(kinds).encode() + body


def nested(content: bytes, chance: Random) -> bytes:
    depth = chance.choice((10, 63, 70, 1_000, 50_000))
    at = content.find(b"</", chance.randrange(len(content) + 1))
    return content[:at] + b"<g>" * depth + b"</g>" * depth + content[at:]


def swollen(content: bytes, chance: Random) -> bytes:
    """A value, an attribute or a name of up to a few megabytes."""
    size = chance.choice((1_000, 20_000, 1_000_000, 4_000_000))
    at = content.find(chance.choice((b"</", b'"', b">")), chance.randrange(len(content) + 1))
    return content[:at] + chance.choice((b"x", b"9", "工".encode(), b"a ", b"<!-- -->")) * (size // 4) + content[at:]


DOCUMENT: tuple[Change, ...] = (
    flipped, cut, doubled, dropped, put_in, put_in, encoded, with_entities, nested, swollen,
)  # fmt: skip

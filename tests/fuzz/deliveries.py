"""What a phone sends, broken by a seed: the request of a submission with its files."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from tests.fuzz import bits

MULTIPART = "multipart/form-data; boundary=b"
_LEAF = re.compile(rb"<([a-z_A-Z]+)>([^<]*)</\1>")


@dataclass
class Sent:
    """One request. `raw` stands for the whole body when the multipart itself is broken."""

    xml: bytes
    files: list[tuple[str, str, bytes]] = field(default_factory=list)  # part, file name, content
    query: str = "?deviceID=collect:1"
    part: str = "xml_submission_file"
    raw: tuple[bytes, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    how: list[str] = field(default_factory=list)

    def to(self, path: str, client: Client) -> HttpResponse:
        head = {"X-OpenRosa-Version": "1.0", **self.headers}
        if self.raw is not None:
            body, kind = self.raw
            return client.post(path + self.query, body, content_type=kind, headers=head)  # type: ignore[return-value]
        parts = [(self.part, "submission.xml", self.xml), *self.files]
        body = b"".join(_part(*each) for each in parts) + b"--b--\r\n"
        return client.post(path + self.query, body, content_type=MULTIPART, headers=head)  # type: ignore[return-value]


def _part(part: str, name: str, content: bytes) -> bytes:
    """Names as they are: Django's own client would not send the odd ones."""
    head = (
        f'--b\r\nContent-Disposition: form-data; name="{part}"; filename="{name}"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    return head.encode() + content + b"\r\n"


Step = Callable[[Sent, Random], None]
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(200))


def document(sent: Sent, chance: Random) -> None:
    change = chance.choice(bits.DOCUMENT)
    sent.how.append(change.__name__)
    sent.xml = change(sent.xml, chance)


def value(sent: Sent, chance: Random) -> None:
    """One answer says something odd."""
    found = list(_LEAF.finditer(sent.xml))
    if found:
        at = chance.choice(found)
        said = chance.choice(bits.VALUES).encode()
        sent.xml = sent.xml[: at.start(2)] + said + sent.xml[at.end(2) :]


def many(sent: Sent, chance: Random) -> None:
    """Turns, or choices, without end."""
    turn = re.search(rb"<(skill|about)>.*?</\1>", sent.xml, re.DOTALL)
    times = chance.choice((3, 50, 900, 1_001, 20_000))
    if turn is not None and chance.random() < 0.6:
        sent.xml = (
            sent.xml[: turn.end()] + turn.group() * min(times, 3_000_000 // len(turn.group())) + sent.xml[turn.end() :]
        )
    else:
        sent.xml = re.sub(
            rb"<(trades|days)>[^<]*</", lambda at: b"<" + at[1] + b">" + b"loader x " * times + b"</", sent.xml
        )


def header(sent: Sent, chance: Random) -> None:
    """Another form, another version, none."""
    name = chance.choice((b"id", b"version"))
    said = chance.choice((b"", b"1", b"nix", b"worker_needs", b"x" * 3_000, "表".encode(), b"../1", b"2&#10;"))
    sent.xml = re.sub(rb'\b%s="[^"]*"' % name, lambda at: name + b'="' + said + b'"', sent.xml, count=1)


def instance(sent: Sent, chance: Random) -> None:
    said = chance.choice(
        (b"", b"uuid:1", b"x" * 101, b"x" * 100, b"x" * 9_000, "问卷 1".encode(), b" uuid:1 ", b"'; --")
    )
    sent.xml = re.sub(rb"<instanceID>[^<]*<", lambda at: b"<instanceID>" + said + b"<", sent.xml, count=1)


def edit(sent: Sent, chance: Random) -> None:
    """Claims to replace another: one that is there, one that is not, itself."""
    own = re.search(rb"<instanceID>([^<]*)<", sent.xml)
    said = chance.choice((b"uuid:1", b"uuid:nobody", own[1] if own else b"", b"x" * 500))
    sent.xml = sent.xml.replace(b"</instanceID>", b"</instanceID><deprecatedID>" + said + b"</deprecatedID>", 1)


def swapped(sent: Sent, chance: Random) -> None:
    """Files under other names, of other kinds, too large, with odd names."""
    names = [name for _, name, _ in sent.files] or ["1.jpg"]
    kinds: tuple[bytes, ...] = (
        JPEG,
        b"",
        b"MZ" + bytes(500),
        b"\xff\xd8\xff" + bytes(2_000_000),
        b"<svg onload='x'/>",
        b"PK\x03\x04" + bytes(99),
    )
    odd = (
        "../../1.jpg",
        "照片\u202e.jpg",
        "x" * 300 + ".jpg",
        "a\\b\\1.jpg",
        ".",
        "1.jpg;",
        "con",
        "%00.jpg",
        "1.jpg\r\nX: y",
    )
    count = chance.choice((1, 2, 5, 130))
    if count == 130:
        kinds = kinds[:3]  # so many large ones would be the test's own memory
    sent.files = [
        (f"f{number}", chance.choice((*names, *names, *odd)), chance.choice(kinds)) for number in range(count)
    ]


def named(sent: Sent, chance: Random) -> None:
    """Answers name files that nobody could have."""
    said = chance.choice(
        ("x" * 201 + ".jpg", "../1.jpg", "a/b.jpg", "\u202e1.jpg", "1.jpg", " ", "1.jpg\n2.jpg")
    ).encode()
    sent.xml = re.sub(rb"<(photo|card|voice)>[^<]*</", lambda at: b"<" + at[1] + b">" + said + b"</", sent.xml)


def request(sent: Sent, chance: Random) -> None:
    """What stands round the document."""
    match chance.randrange(7):
        case 0:
            sent.query = chance.choice(
                ("", "?deviceID=" + "x" * 5_000, "?deviceID=%00", "?deviceID=%ff%fe", "?deviceID=a&deviceID=b")
            )
        case 1:
            sent.part = chance.choice(("xml", "", "xml_submission_file[]", "XML_SUBMISSION_FILE"))
        case 2:
            sent.raw = (sent.xml, chance.choice(("text/xml", "application/json", "multipart/form-data", "")))
        case 3:
            body = (
                b'--b\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="s.xml"\r\n\r\n'
                + sent.xml
            )
            sent.raw = (
                bits.flipped(body + b"\r\n--b--", chance),
                chance.choice((MULTIPART, "multipart/form-data; boundary=" + "b" * 300)),
            )
        case 4:
            head = b'--b\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="s.xml"\r\n'
            head += b"Content-Transfer-Encoding: base64\r\n\r\n"
            sent.raw = (head + b"!!!" + sent.xml[:50] + b"\r\n--b--", MULTIPART)
        case 5:
            sent.headers["Content-Length"] = chance.choice(("x", ""))
        case 6:
            sent.headers["X-OpenRosa-Version"] = chance.choice(("", "2.0", "1.0 "))


STEPS: tuple[Step, ...] = (
    document, document, document, value, value, value, many, header, instance, edit, swapped, named, request,
)  # fmt: skip


def broken(whole: Sequence[Sent], seed: int) -> Sent:
    """One of the whole ones, with an instance of its own, changed in one to three ways."""
    chance = Random(seed)
    found = chance.choice(whole)
    own = f"<instanceID>uuid:{UUID(int=chance.getrandbits(128), version=4)}<".encode()
    sent = Sent(re.sub(rb"<instanceID>[^<]*<", own, found.xml, count=1), list(found.files))
    for step in chance.sample(STEPS, chance.randint(1, 3)):
        sent.how.append(step.__name__)
        step(sent, chance)
    return sent

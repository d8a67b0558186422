"""The link from one event to the next: SM3 over the previous digest and the event's canonical JSON."""

import json
from dataclasses import dataclass
from datetime import UTC

from cryptography.hazmat.primitives import hashes

from gongqiao.foundation.audit.models import AuditEvent, ChainHead

GENESIS = "0" * 64


def digest(event: AuditEvent) -> str:
    facts = [
        event.previous,
        event.chain,
        event.number,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.actor,
        event.on_behalf_of,
        event.channel,
        event.action,
        event.thing,
        event.detail,
    ]
    hasher = hashes.Hash(hashes.SM3())
    hasher.update(json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    return hasher.finalize().hex()


@dataclass(frozen=True)
class Verdict:
    """`fault` is empty for a whole chain, else the first thing that does not hold."""

    chain: str
    events: int
    head: str
    fault: str


def verify(chain: str) -> Verdict:
    """Walk the chain from its first event and hold it against the head."""
    previous, number = GENESIS, 0
    for event in AuditEvent.objects.filter(chain=chain).order_by("number").iterator(chunk_size=2000):
        number += 1
        if event.number != number:
            return Verdict(chain, number - 1, previous, f"event {number} is missing")
        if event.previous != previous:
            return Verdict(chain, number - 1, previous, f"event {number} does not follow event {number - 1}")
        if digest(event) != event.digest:
            return Verdict(chain, number - 1, previous, f"event {number} was changed")
        previous = event.digest
    head = ChainHead.objects.filter(chain=chain).first()
    if (head.number if head else 0, head.digest if head else GENESIS) != (number, previous):
        return Verdict(chain, number, previous, f"the head says {head.number if head else 0} events, {number} are here")
    return Verdict(chain, number, previous, "")

"""What a desk would have sealed, and what came of it."""

import json
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from gongqiao.channels.offline import actions
from gongqiao.channels.offline.enums import Kind
from gongqiao.channels.offline.models import Entry
from gongqiao.channels.offline.sent import Pairs, Sealed, Sent, Visit
from gongqiao.foundation import clock
from gongqiao.foundation.crypto.box import close_box
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers.models import Dossier
from tests.factories import House

FORM = (("name", "韦建国"), ("channel", "none"))


def sent(kind: Kind, fields: Pairs, *, key: UUID | None = None, minutes: int = 20, follows: UUID | None = None) -> Sent:
    """Written so many minutes ago."""
    return Sent(key or uuid4(), kind, fields, clock.now() - timedelta(minutes=minutes), follows)


def sealed(entry: Sent, *, by: Membership, sent_at: datetime | None = None) -> Sealed:
    """As the browser of that post would send it now."""
    desk = actions.keep(by=by, people=0)
    said = {
        "kind": entry.kind.value,
        "fields": entry.fields,
        "saidAt": int(entry.said_at.timestamp() * 1000),
        "follows": str(entry.follows) if entry.follows else None,
    }
    box = close_box(desk.public, json.dumps(said).encode(), str(entry.key).encode())
    return Sealed(entry.key, desk.pk, box, sent_at or clock.now())


def as_json(said: Sealed) -> dict[str, object]:
    return {
        "key": str(said.key),
        "to": str(said.to),
        "box": {"e": said.box.ephemeral, "n": said.box.nonce, "c": said.box.content},
        "sentAt": int(said.sent_at.timestamp() * 1000),
    }


def waits(place: House, dossier: Dossier) -> Entry:
    """A check-in under his number and another name: somebody has to look."""
    came = sent(Kind.CHECK_IN, (("number", dossier.number), ("name", "别人")))
    return actions.receive(came, Visit(dossier.number, "别人"), by=place.zhou, sent_at=clock.now())

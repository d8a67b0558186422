"""Reading what is left of people's consents."""

from dataclasses import dataclass

from gongqiao.channels.wechat.models import SubscribeConsent
from gongqiao.channels.wechat.templates import Purpose
from gongqiao.foundation.people.models import Person


@dataclass(frozen=True)
class Standing:
    """What one person has agreed to for one purpose: `left` messages may still come, `used` came."""

    purpose: Purpose
    left: int
    used: int

    @property
    def used_up(self) -> bool:
        return self.left == 0 and self.used > 0


def standing(person: Person) -> list[Standing]:
    """One line for each purpose, in their order."""
    rows = {row.purpose: row for row in SubscribeConsent.objects.filter(link__person=person)}
    found = []
    for purpose in Purpose:
        row = rows.get(purpose)
        found.append(Standing(purpose, row.left if row else 0, row.given - row.left if row else 0))
    return found


def may_be_told(person: Person, purpose: Purpose) -> bool:
    """He is linked and has a consent left."""
    return SubscribeConsent.objects.filter(link__person=person, purpose=purpose, left__gt=0).exists()

"""What somebody agreed to, by purpose, in the market in scope."""

from dataclasses import dataclass

from gongqiao.foundation.consent.models import ConsentRecord, ConsentText, Purpose
from gongqiao.foundation.people.models import Person


@dataclass(frozen=True)
class Standing:
    """The newest words of one purpose, and the person's last answer to any version of them."""

    purpose: Purpose
    text: ConsentText
    last: ConsentRecord | None

    @property
    def agreed(self) -> bool:
        return self.last is not None and self.last.withdrawn_at is None

    @property
    def outdated(self) -> bool:
        """He agreed to older words: they are to be read to him again."""
        return self.agreed and self.last is not None and self.last.text_id != self.text.pk


def texts() -> dict[Purpose, ConsentText]:
    """The newest version of each purpose, in the order of the purposes."""
    newest = {row.purpose: row for row in ConsentText.objects.order_by("version")}
    return {purpose: newest[purpose] for purpose in Purpose if purpose in newest}


def standing(person: Person) -> list[Standing]:
    """One line for each purpose."""
    rows = ConsentRecord.objects.filter(person=person).select_related("text").order_by("given_at", "pk")
    last = {row.text.purpose: row for row in rows}
    return [Standing(purpose, text, last.get(purpose)) for purpose, text in texts().items()]


def withdrawn(person: Person, purpose: Purpose) -> bool:
    """He agreed once and took it back."""
    rows = ConsentRecord.objects.filter(person=person, text__purpose=purpose)
    return rows.exists() and not rows.filter(withdrawn_at=None).exists()

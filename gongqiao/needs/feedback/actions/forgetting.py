"""What somebody said is blanked because he asked for it; that something was said, when and how it ended stays."""

from django.db import transaction

from gongqiao.foundation.files import actions as files
from gongqiao.foundation.people.models import Person
from gongqiao.needs.feedback.models import Entry, Picture, Ticket


@transaction.atomic
def forget(person: Person) -> int:
    """Words, voices, pictures and how to reach him, in all he said under his name; returns how many tickets."""
    rows = list(Ticket.objects.filter(person=person).select_related("voice"))
    for row in rows:
        row.text = row.contact_name = row.contact_phone = row.about_words = row.digest = ""
        row.save(update_fields=["text", "contact_name", "contact_phone", "about_words", "digest"])
        if row.voice is not None:
            files.forget(row.voice)
    for entry in Entry.objects.filter(ticket__in=rows).select_related("voice"):
        entry.text = ""
        entry.save(update_fields=["text"])
        if entry.voice is not None:
            files.forget(entry.voice)
    for picture in Picture.objects.filter(ticket__in=rows).select_related("file"):
        files.forget(picture.file)
    return len(rows)

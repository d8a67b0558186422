"""A file is emptied because its person asked for it (PIPL 47); who may and when is for services.mydata."""

from django.db import transaction

from gongqiao.foundation import states
from gongqiao.needs.dossiers.enums import Channel, State
from gongqiao.needs.dossiers.models import Certificate, DayHours, Dossier, DossierValue, Skill

EMPTY: dict[str, object] = {
    "home": None,
    "channel": Channel.NONE,
    "channel_note": "",
    "travel": "",
    "max_distance_m": None,
    "pay_floor": None,
    "week_hours": "",
    "preferred": [],
    "languages": [],
    "training_wishes": [],
    "concerns": [],
    "personalised": False,
    "note": "",
}


@transaction.atomic
def empty(dossier: Dossier) -> None:
    """Every value it ever had goes, of the files merged into it too; number and dates stay for what law keeps."""
    spares = list(Dossier.objects.filter(merged_into=dossier))
    for each in (dossier, *spares):
        DossierValue.objects.filter(dossier=each).update(value=None)  # which answers they came from stays theirs
        for model in (Skill, Certificate, DayHours):
            model.objects.filter(dossier=each).delete()
        Dossier.objects.filter(pk=each.pk).update(**EMPTY)
    states.move(dossier, to=State.ERASED)
    for name, value in EMPTY.items():
        setattr(dossier, name, value)

"""A key names one message, whatever its line; until now it named one for each line."""

from typing import Any

from django.db import migrations
from django.db.models import Count


def rename_later_ones(apps: Any, schema_editor: Any) -> None:
    """The first keeps its key; a later one by another line gets its own behind it."""
    message = apps.get_model("notify", "Message")
    rows = message._base_manager
    twice = rows.values("market", "key").annotate(many=Count("id")).filter(many__gt=1)
    for pair in list(twice):
        for row in list(rows.filter(market=pair["market"], key=pair["key"]).order_by("created_at", "id"))[1:]:
            rows.filter(pk=row.pk).update(key=f"{row.key[:60]}:{row.channel[:18]}")


class Migration(migrations.Migration):
    dependencies = [("notify", "0003_whom_to_call_and_when_it_ended")]
    operations = [migrations.RunPython(rename_later_ones, migrations.RunPython.noop)]

"""Sign-in codes that wait while this is installed."""

from typing import Any

from django.db import migrations


def keep_to_their_line(apps: Any, schema_editor: Any) -> None:
    """A code goes by its one line, never to a person who would read it out."""
    waiting = apps.get_model("notify", "Message")._base_manager.filter(about="sign-in", state="waiting")
    waiting.update(fixed=True, kind="code")


class Migration(migrations.Migration):
    dependencies = [("notify", "0005_plans_over_lines")]
    operations = [migrations.RunPython(keep_to_their_line, migrations.RunPython.noop)]

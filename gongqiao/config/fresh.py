"""The first start: an empty database gets its tables from the models as they are, in one transaction, and the list of
migrations says that each is applied.

Running every migration from the first on draws each model anew for each step (11,000 drawings for 100 tables, most of
a first start). Both ways give the same database; tests/config/test_fresh.py holds them to it on SQLite and PostgreSQL.
A database that has a table is migrated step by step, as ever.
"""

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    return not connection.introspection.table_names()


def build(connection: BaseDatabaseWrapper) -> None:
    """All tables, indexes and constraints of the installed apps, or nothing at all."""
    loader, recorder = MigrationLoader(connection), MigrationRecorder(connection)
    with connection.schema_editor() as editor:
        for model in _models(loader.migrated_apps):
            editor.create_model(model)
        editor.create_model(recorder.Migration)
        rows = [recorder.Migration(app=app, name=name) for app, name in loader.graph.nodes]
        recorder.Migration.objects.using(connection.alias).bulk_create(rows)


def _models(labels: set[str]) -> list[type[models.Model]]:
    """Those whose tables migrations would make; the table between two models is made with the one that names it."""
    return [
        model
        for app in apps.get_app_configs()
        if app.label in labels
        for model in app.get_models()
        if model._meta.managed and not model._meta.proxy
    ]

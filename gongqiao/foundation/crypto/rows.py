"""Every encrypted cell of the database, read as it is stored."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Cast

from gongqiao.foundation.crypto.fields import EncryptedTextField


def encrypted_fields() -> list[tuple[type[models.Model], EncryptedTextField]]:
    """(model, field) in a stable order; proxies and unmanaged models hold no cells of their own."""
    return [
        (model, field)
        for model in sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.label_lower)
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_fields
        if isinstance(field, EncryptedTextField)
    ]


def stored(model: type[models.Model], field: EncryptedTextField, using: str) -> QuerySet[Any]:
    """The rows with a ciphertext in `field`, the ciphertext annotated as `cell`; no market scope, no decryption."""
    rows: QuerySet[Any] = model._base_manager.using(using).annotate(cell=Cast(F(field.name), models.TextField()))
    return rows.filter(~Q(cell=""), cell__isnull=False).order_by("pk")


def existing_fields(using: str) -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    """Those whose column is in the database already (before the first migration there is none). Asked of the table
    itself: Django's reading of SQLite's CREATE statement stumbles over a CHECK with a list of small numbers."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model, field in encrypted_fields():
            table = model._meta.db_table
            if table in tables:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} LIMIT 0")
                if field.column in {column[0] for column in cursor.description}:
                    yield model, field

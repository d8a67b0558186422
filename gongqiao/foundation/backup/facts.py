"""What is in the database a thread stands at, and whether it holds: counted, walked, opened."""

import re
import tomllib
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation import clock
from gongqiao.foundation.audit.chain import verify
from gongqiao.foundation.audit.models import AuditEvent, ChainHead
from gongqiao.foundation.backup.errors import BackupError
from gongqiao.foundation.backup.manifest import Head, Manifest
from gongqiao.foundation.crypto import rotation
from gongqiao.foundation.crypto.errors import CryptoError


@dataclass(frozen=True)
class Checked:
    """How much was walked: events of all chains, encrypted values opened."""

    events: int
    cells: int


def product_version() -> str:
    """As pyproject.toml has it."""
    with (settings.ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def manifest() -> Manifest:
    """Of the database here, members still open."""
    return Manifest(
        version=product_version(),
        created=clock.now().isoformat(timespec="seconds"),
        engine=connection.vendor,
        migrations=applied(),
        rows=rows(),
        chains=heads(),
    )


def applied() -> tuple[str, ...]:
    return tuple(sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()))


def known() -> set[str]:
    """Migrations that this version of the code has."""
    loader = MigrationLoader(None)
    return {f"{app}.{name}" for app, name in loader.disk_migrations}


def rows() -> dict[str, int]:
    """Rows of each table."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            found[table] = int(cursor.fetchone()[0])
    return found


def heads() -> dict[str, Head]:
    return {head.chain: Head(head.number, head.digest) for head in ChainHead.objects.order_by("chain")}


def check() -> Checked:
    """The whole database holds: pages, keys between rows, audit chains, encrypted values; else BackupError."""
    _check_pages()
    _check_references()
    return Checked(_check_chains(), _check_cells())


def _check_pages() -> None:
    if connection.vendor != "sqlite":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check(3)")
            said = "; ".join(str(row[0]) for row in cursor.fetchall())
    except DatabaseError as why:
        said = str(why)
    if said != "ok":
        raise BackupError(_("数据库文件坏了：%(why)s"), why=said)


def _check_references() -> None:
    try:
        connection.check_constraints()
    except IntegrityError as why:
        raise BackupError(_("数据库里有行指向不存在的行：%(why)s"), why=why) from None


def _check_chains() -> int:
    chains = set(ChainHead.objects.values_list("chain", flat=True))
    chains |= set(AuditEvent.objects.values_list("chain", flat=True).distinct())
    events = 0
    for chain in sorted(chains):
        verdict = verify(chain)
        if verdict.fault:
            raise BackupError(_("操作记录链 %(chain)s 对不上：%(why)s"), chain=chain, why=verdict.fault)
        events += verdict.events
    return events


def _check_cells() -> int:
    try:
        verdict = rotation.verify()
    except CryptoError as why:
        raise BackupError(_("密钥环用不了：%(why)s"), why=why) from None
    if verdict.faults:
        facts = {"faults": len(verdict.faults), "cells": verdict.cells, "why": verdict.faults[0]}
        raise BackupError(_("%(cells)d 个加密的值里有 %(faults)d 个打不开：%(why)s"), **facts)
    return verdict.cells


def check_not_newer(given: Manifest) -> None:
    """Made by this version or an earlier one; else BackupError, for what we do not know we would lose."""
    unknown = sorted(set(given.migrations) - known())
    if _numbers(given.version) > _numbers(product_version()) or unknown:
        facts = {"theirs": given.version, "ours": product_version()}
        raise BackupError(_("备份是更新版本的工桥做的（%(theirs)s，这里是 %(ours)s），请先升级再恢复。"), **facts)


def check_same(given: Manifest) -> None:
    """The database here is the one the manifest tells of: its tables, rows, migrations and chain heads."""
    here = manifest()
    for what, mine, theirs in (
        (_("表的行数"), here.rows, given.rows),
        (_("迁移"), here.migrations, given.migrations),
        (_("操作记录链"), here.chains, given.chains),
    ):
        if mine != theirs:
            raise BackupError(_("备份里的数据库和清单对不上：%(what)s不一样。"), what=what)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))

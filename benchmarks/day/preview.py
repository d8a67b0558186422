"""`python -m benchmarks.day.preview SHEET`: one import preview in a process of its own; facts as JSON on one line."""

import json
import os
import sys
import time
from io import BytesIO
from pathlib import Path

import django
import python_calamine


def main(sheet: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongqiao.config.settings")
    django.setup()
    from django.core.management import call_command  # after the settings are there
    from django_scopes import scope

    from gongqiao.channels.spreadsheet import actions
    from gongqiao.channels.spreadsheet.enums import Kind
    from gongqiao.foundation.markets import actions as markets
    from gongqiao.foundation.organisations import actions as organisations
    from gongqiao.foundation.organisations.roles import Role
    from gongqiao.foundation.regions import load

    call_command("migrate", verbosity=0)
    load.load(within="4502")
    city = "450200000000"
    market = markets.found(code="bench", name="驿站", phone="12333", region_id=city, city_id=city)
    content = sheet.read_bytes()
    begun = time.perf_counter()
    python_calamine.CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    reading = time.perf_counter() - begun
    with scope(market=market):
        system = organisations.open_house(market, "驿站")
        clerk = organisations.give_post(market, by=system, title="表格导入", role=Role.SPECIALIST)
        begun = time.perf_counter()
        batch = actions.preview(by=clerk, kind=Kind(sheet.stem), filename=sheet.name, content=content)
        seconds = time.perf_counter() - begun
    print(json.dumps({"rows": batch.rows, "seconds": seconds, "reading": reading}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

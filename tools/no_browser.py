"""A pytest plugin for `./run test` on a machine without a browser: its stories are skipped, saying why."""

import os

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    why = pytest.mark.skip(reason=os.environ.get("GONGQIAO_NO_BROWSER", "no browser"))
    for item in items:
        if item.get_closest_marker("story"):
            item.add_marker(why)

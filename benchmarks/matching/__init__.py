"""The matching engine beside peers in their best form, in one run: lists are compared before time counts."""

from collections.abc import Iterator

from benchmarks.report import Row

TITLE = "exact lists, day plans and their proof, beside table engines, flow solvers and vector indexes"


def run(quick: bool) -> Iterator[Row]:
    """Each part says its rows as it goes; see the modules for what is measured and how."""
    from benchmarks.matching import databases, instances, lists, online, plans, through_http

    yield from lists.rows(quick)
    yield from databases.rows(quick)
    yield from online.rows(quick)
    yield from through_http.rows(quick)
    yield from plans.rows(quick)
    yield from instances.rows(quick)

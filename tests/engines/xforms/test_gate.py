"""The gate before publishing: each channel's refusals, with the row, beside forms that pass."""

from gongqiao.engines.xforms import gate
from gongqiao.engines.xforms.xlsform import convert
from tests.engines.xforms import fixtures, table


def checked(*survey: dict[str, str]) -> gate.Gate:
    made = convert({"survey": list(survey)})
    return gate.check(made.xform, now=table.NOON, seed=1, rows=made.rows)


def test_questionnaire_then_open_on_all_channels_and_filled_to_the_end() -> None:
    made = fixtures.worker_needs()
    files = {fixtures.questionnaire.DISTRICTS: fixtures.questionnaire.DISTRICTS_CSV}
    found = gate.check(made.xform, now=table.NOON, seed=1, files=files, rows=made.rows)
    assert found.findings == ()
    assert found.channels == ("web", "desk", "collect")
    assert found.reached > 0


def test_file_that_does_not_come_then_closed_everywhere() -> None:
    found = gate.check(fixtures.worker_needs().xform, now=table.NOON, seed=1)
    assert found.findings == (gate.Finding("/", "the file districts.csv must come with the form", gate.CHANNELS),)
    assert found.channels == ()


def test_function_nobody_knows_then_the_row_is_named() -> None:
    found = checked(
        {"type": "text", "name": "a", "label": "A"}, {"type": "calculate", "name": "b", "calculation": "f(1)"}
    )
    assert [(each.where, each.row, each.stops) for each in found.findings] == [("/data/b", 3, gate.CHANNELS)]
    assert found.findings[0].why == "/data/b (calculate): there is no function f()"


def test_function_that_collect_lacks_then_only_collect_is_closed() -> None:
    found = checked(
        {"type": "decimal", "name": "a", "label": "A"}, {"type": "calculate", "name": "b", "calculation": "floor(${a})"}
    )
    assert found.findings == (
        gate.Finding("/data/b (calculate)", "floor() is not known to Collect", (gate.COLLECT,), 3),
    )
    assert found.channels == ("web", "desk")


def test_map_question_then_not_on_our_pages() -> None:
    found = checked({"type": "geoshape", "name": "field", "label": "Field"})
    assert [(each.where, each.row, each.stops) for each in found.findings] == [("/data/field", 2, ("web", "desk"))]
    assert found.channels == ("collect",)


def test_times_compared_bare_then_advice() -> None:
    found = checked(
        {"type": "time", "name": "a", "label": "A"},
        {"type": "time", "name": "b", "label": "B", "relevant": "${a} != ''"},
        {"type": "note", "name": "c", "label": "C", "relevant": "${b} > ${a}"},
    )
    assert [(each.row, each.stops) for each in found.findings] == [(4, ())]
    assert found.findings[0].why == "> between two times compares nothing: write decimal-time(…) round each"
    assert found.channels == gate.CHANNELS


def test_form_that_asks_for_endless_work_then_closed_on_our_pages() -> None:
    """Every node of every node of every node; turns of turns of turns; two questions that set each other."""
    deep = "count(//*[count(//*[count(//*[count(//*) > 0]) > 0]) > 0])"
    rows = [{"type": "text", "name": f"q{at}", "label": "Q"} for at in range(60)]
    found = checked(*rows, {"type": "calculate", "name": "b", "calculation": deep})
    assert [(each.why, each.stops) for each in found.findings if set(gate.OURS) <= set(each.stops)] == [
        ("filled by chance: the form asks for more work than it may", gate.OURS)
    ]
    begun = [{"type": "begin_repeat", "name": f"r{at}", "label": "R", "repeat_count": "900"} for at in range(3)]
    ended = [{"type": "end_repeat", "name": f"r{at}"} for at in (2, 1, 0)]
    found = checked(*begun, {"type": "text", "name": "a", "label": "A"}, *ended)
    assert [each.why for each in found.findings] == ["filled by chance: /data/r0/r1/r2: more than 50000 answers in all"]


def test_question_that_takes_no_answer_then_closed_at_it() -> None:
    found = checked({"type": "integer", "name": "a", "label": "A", "required": "yes", "constraint": ". > 5 and . < 5"})
    assert [(each.where, each.row, each.stops) for each in found.findings] == [("/data/a", 2, gate.CHANNELS)]
    assert (found.reached, found.fills) == (0, gate.FILLS)


def test_pattern_that_can_take_for_ever_then_only_collect_is_open() -> None:
    found = checked({"type": "text", "name": "a", "label": "A", "constraint": "regex(., '(a+)+(?=b)')"})
    assert [(each.where, each.row, each.stops) for each in found.findings] == [("/data/a (constraint)", 2, gate.OURS)]
    assert found.channels == ("collect",)


def test_form_with_files_and_a_map_then_every_reason_is_told() -> None:
    made = fixtures.converted("UCL_Biomass_Plot_Form.xlsx")
    found = gate.check(made.xform, now=table.NOON, seed=1, rows=made.rows)
    missing = [each for each in found.findings if each.why.endswith("must come with the form")]
    assert (len(missing), sorted(each.row for each in found.findings if each.row)) == (5, [22])
    assert found.channels == ()

"""A form answered: what is shown, what is worked out, what is refused."""

import pytest

from gongqiao.engines.xforms import AnswerError, Question, Section, Session, XFormError, load, submission
from gongqiao.engines.xforms.session import MOST_TURNS
from tests.engines.xforms.forms import NOW, ZONE, answer, form, session, text, xform

GROUP = (
    "<a/><g><b/><c/></g>",
    """<bind nodeset="/data/a" type="int"/><bind nodeset="/data/g" relevant="/data/a &gt; 1"/>
       <bind nodeset="/data/g/b" type="int" required="true()"/>
       <bind nodeset="/data/g/c" calculate="/data/g/b * 2 + 1"/>""",
    """<input ref="/data/a"><label>甲</label></input>
       <group ref="/data/g"><label>组 <output value="/data/a"/></label><input ref="/data/g/b"><label>乙</label></input>
       </group>""",
)
REPEAT = (
    '<n/><r jr:template=""><x>1</x><y/></r><total/>',
    """<bind nodeset="/data/r/x" type="int" constraint=". &lt; 10"/>
       <bind nodeset="/data/r/y" calculate="../x * position(..)"/>
       <bind nodeset="/data/total" type="int" calculate="sum(/data/r/y)"/>""",
    '<repeat nodeset="/data/r"><input ref="/data/r/x"><label>数</label></input></repeat>',
)


def labels(of: Session) -> list[str]:
    return [question.label for question in of.questions()]


def test_what_is_not_relevant_is_not_shown_not_counted_and_not_handed_in() -> None:
    made = session(*GROUP)
    assert labels(made) == ["甲"]
    assert answer(made, "/data/a", "2") == ""
    assert labels(made) == ["甲", "乙"]
    (_a, group) = made.visible()
    assert isinstance(group, Section)
    assert group.label == "组 2"
    assert answer(made, "/data/g/b", "20") == ""
    assert text(made, "/data/g/c") == "41"
    assert b"<c>41</c>" in submission.write(made.root)
    assert answer(made, "/data/a", "1") == ""
    assert b"<g>" not in submission.write(made.root)
    assert made.finish(now=NOW) == []


def test_required_is_asked_for_and_a_wrong_kind_is_refused() -> None:
    made = session(*GROUP)
    assert answer(made, "/data/a", "两个") == "type"
    assert text(made, "/data/a") == ""
    answer(made, "/data/a", "2")
    assert [(problem.kind, problem.node.name) for problem in made.finish(now=NOW)] == [("required", "b")]


def test_a_broken_constraint_leaves_everything_as_it_was() -> None:
    made = session(
        "<age>20</age><twice/>",
        """<bind nodeset="/data/age" type="int" constraint=". &gt;= 16" jr:constraintMsg="太小"/>
           <bind nodeset="/data/twice" calculate="/data/age * 2"/>""",
        '<input ref="/data/age"><label>年龄</label></input>',
    )
    problem = made.answer(made.node("/data/age"), "15")
    assert problem is not None
    assert (problem.kind, problem.words) == ("constraint", "太小")
    assert (text(made, "/data/age"), text(made, "/data/twice")) == ("20", "40")
    assert answer(made, "/data/age", "") == ""
    assert text(made, "/data/twice") == ""


def test_turns_of_a_repeat_come_and_go_and_what_counts_them_follows() -> None:
    made = session(*REPEAT)
    assert text(made, "/data/total") == "0"
    (empty,) = made.visible()
    assert isinstance(empty, Section)
    assert (empty.turn, empty.may_add, empty.parts) == (0, True, ())
    for _number in range(3):
        made.add_turn(made.root, ("data", "r"))
    assert [text(made, f"/data/r[{turn}]/y") for turn in (1, 2, 3)] == ["1", "2", "3"]
    assert answer(made, "/data/r[2]/x", "5") == ""
    assert answer(made, "/data/r[2]/x", "50") == "constraint"
    assert text(made, "/data/total") == "14"
    made.remove_turn(made.node("/data/r[1]"))
    assert [text(made, f"/data/r[{turn}]/y") for turn in (1, 2)] == ["5", "2"]
    assert text(made, "/data/total") == "7"
    assert made.path_of(made.node("/data/r[2]/x")) == "/data/r[2]/x"
    with pytest.raises(LookupError):
        made.node("/data/r[3]")


def test_a_counted_repeat_has_as_many_turns_as_are_counted() -> None:
    made = session(
        '<n/><r jr:template=""><x/></r><sum/>',
        """<bind nodeset="/data/n" type="int"/><bind nodeset="/data/r/x" calculate="position(..)"/>
           <bind nodeset="/data/sum" type="int" calculate="sum(/data/r/x)"/>""",
        """<input ref="/data/n"/>
           <repeat nodeset="/data/r" jr:count="/data/n"><input ref="/data/r/x"/></repeat>""",
    )
    answer(made, "/data/n", "4")
    assert (text(made, "/data/sum"), len(made.root.named("r"))) == ("10", 4)
    answer(made, "/data/n", "2")
    assert text(made, "/data/sum") == "3"
    answer(made, "/data/n", "")
    assert made.root.named("r") == []
    with pytest.raises(XFormError, match="no turn can be added"):
        made.add_turn(made.root, ("data", "r"))
    with pytest.raises(AnswerError, match=str(MOST_TURNS)):
        answer(made, "/data/n", str(MOST_TURNS + 1))


def test_a_choice_is_one_of_those_shown_and_narrows_with_another_answer() -> None:
    made = session(
        "<city/><part/><name/>",
        """<bind nodeset="/data/name" calculate="jr:choice-name(/data/part, '/data/part')"/>""",
        """<select1 ref="/data/city"><item><value>lz</value><label>柳州</label></item>
             <item><value>nn</value><label>南宁</label></item></select1>
           <select1 ref="/data/part"><itemset nodeset="instance('p')/*/item[city = /data/city]">
             <value ref="name"/><label ref="label"/></itemset></select1>""",
        """<instance id="p"><root><item><name>yf</name><label>鱼峰</label><city>lz</city></item>
             <item><name>qx</name><label>青秀</label><city>nn</city></item></root></instance>""",
    )
    assert answer(made, "/data/city", "bj") == "choice"
    assert answer(made, "/data/city", "lz") == ""
    part = [question for question in made.questions()][1]
    assert [(option.code, option.label) for option in part.options] == [("yf", "鱼峰")]
    assert answer(made, "/data/part", "qx") == "choice"
    assert answer(made, "/data/part", "yf") == ""
    assert text(made, "/data/name") == "鱼峰"
    answer(made, "/data/city", "nn")
    assert [(problem.kind, problem.words) for problem in made.problems()] == [("choice", "yf")]


def test_languages_fall_back_to_the_forms_own() -> None:
    itext = """<itext><translation lang="zh" default="true()"><text id="a"><value>姓名</value></text>
      <text id="h"><value>写全</value></text></translation>
      <translation lang="en"><text id="a"><value>Name</value></text></translation></itext>"""
    body = """<input ref="/data/a"><label ref="jr:itext('a')"/><hint ref="jr:itext('h')"/></input>"""
    loaded = form("<a/>", "", body, itext)
    assert loaded.languages == ["zh", "en"]
    for language, label in (("", "姓名"), ("en", "Name"), ("fr", "姓名")):
        (question,) = Session(loaded, now=NOW, seed=1, language=language).questions()
        assert (question.label, question.hint) == (label, "写全")


def test_preloads_and_set_values() -> None:
    made = session(
        "<start/><end/><today/><id/><stamp/><a/><first/><meta><instanceID/></meta>",
        """<bind nodeset="/data/start" type="dateTime" jr:preload="timestamp" jr:preloadParams="start"/>
           <bind nodeset="/data/end" type="dateTime" jr:preload="timestamp" jr:preloadParams="end"/>
           <bind nodeset="/data/today" type="date" jr:preload="date" jr:preloadParams="today"/>
           <bind nodeset="/data/meta/instanceID" jr:preload="uid"/><bind nodeset="/data/stamp" type="dateTime"/>
           <setvalue ref="/data/first" event="odk-instance-first-load" value="concat('a', 'b')"/>""",
        """<input ref="/data/a"><setvalue ref="/data/stamp" event="xforms-value-changed" value="now()"/></input>""",
    )
    assert text(made, "/data/start") == "2026-11-25T06:00:00.000+08:00"
    assert (text(made, "/data/today"), text(made, "/data/first"), text(made, "/data/stamp")) == ("2026-11-25", "ab", "")
    assert text(made, "/data/meta/instanceID").startswith("uuid:")
    answer(made, "/data/a", "x")
    assert text(made, "/data/stamp") == "2026-11-25T06:00:00.000+08:00"
    assert made.finish(now=NOW.replace(minute=9)) == []
    assert text(made, "/data/end") == "2026-11-25T06:09:00.000+08:00"


def test_a_new_turn_is_set_up_by_its_own_action() -> None:
    made = session(
        '<last/><r jr:template=""><x/></r>',
        "",
        """<repeat nodeset="/data/r"><input ref="/data/r/x"/>
           <setvalue ref="/data/r/x" event="odk-new-repeat" value="position(..)"/></repeat>""",
    )
    for _number in range(2):
        made.add_turn(made.root, ("data", "r"))
    assert [text(made, f"/data/r[{turn}]/x") for turn in (1, 2)] == ["1", "2"]


def test_written_read_back_and_gone_on_with_is_the_same() -> None:
    made = session(*REPEAT)
    for _number in range(2):
        made.add_turn(made.root, ("data", "r"))
    answer(made, "/data/r[1]/x", "4")
    content = submission.write(made.root)
    root = submission.fitted(made.form, submission.read(content))
    again = Session(made.form, now=NOW, seed=2, answers=root)
    assert submission.write(again.root) == content
    answer(again, "/data/r[2]/x", "3")
    assert text(again, "/data/total") == "10"
    told = [(leaf.place[-1], leaf.turns, leaf.text) for leaf in submission.leaves(made.form, again.root)]
    assert told == [("x", (1,), "4"), ("y", (1,), "4"), ("x", (2,), "3"), ("y", (2,), "6"), ("total", (), "10")]


def test_the_same_seed_gives_the_same_ids() -> None:
    parts = ("<meta><instanceID/></meta>", '<bind nodeset="/data/meta/instanceID" jr:preload="uid"/>')
    one, other, third = session(*parts), session(*parts), session(*parts, seed=2)
    ids = [text(each, "/data/meta/instanceID") for each in (one, other, third)]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (("<a/>", '<bind nodeset="/data/b" type="int"/>'), "/data/b: the bind's place"),
        (("<a/>", '<bind nodeset="/data/a" relevant="1 +"/>'), r"/data/a \(relevant\)"),
        (("<a/>", '<bind nodeset="/data/a" calculate="nix(1)"/>'), "no function nix"),
        (("<a/>", '<bind nodeset="/data/a" calculate="count(1, 2)"/>'), "count.. takes 1"),
        (
            (
                "<a/><b/>",
                '<bind nodeset="/data/a" calculate="/data/b"/><bind nodeset="/data/b" calculate="/data/a"/>',
            ),
            "depend on each other",
        ),
        (("<a/>", "", '<input ref="/data/x"/>'), "/data/x: the question's place"),
        (("<a/>", "", '<select1 ref="/data/a"><itemset nodeset="x"/></select1>'), "choices need"),
    ],
)
def test_a_form_that_cannot_be_used_says_where(parts: tuple[str, ...], says: str) -> None:
    with pytest.raises(XFormError, match=says):
        form(*parts)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("", "not well-formed"),
        ("<a>", "not well-formed"),
        ("<a/>", "no <head>"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document types"),
        ("<a>" * 70 + "</a>" * 70, "levels deep"),
        ("<a>" + "<b/>" * 200_001 + "</a>", "elements"),
        ("<a>" + " " * 10_000_001 + "</a>", "10 MB"),
    ],
)
def test_hostile_documents_are_refused(document: str, says: str) -> None:
    with pytest.raises(XFormError, match=says):
        load(document, zone=ZONE)


def test_a_submission_of_another_shape_is_refused() -> None:
    loaded = form("<a/>")
    for content, says in ((b"<data><x/></data>", "no <x>"), (b"<other/>", "is not the root")):
        with pytest.raises(XFormError, match=says):
            submission.fitted(loaded, submission.read(content))
    with pytest.raises(XFormError, match="instanceID"):
        submission.header(submission.read(b'<data id="f"/>'))
    with pytest.raises(XFormError, match="which form"):
        submission.header(submission.read(b"<data><meta><instanceID>1</instanceID></meta></data>"))


def test_questions_say_what_they_are() -> None:
    made = session(
        "<a>5</a>",
        '<bind nodeset="/data/a" type="int" required="true()" readonly="/data/a &gt; 4"/>',
        '<input ref="/data/a" appearance="numbers"><label>甲</label></input>',
    )
    (question,) = made.questions()
    assert isinstance(question, Question)
    assert (question.value, question.required, question.readonly, question.control.appearance) == (
        "5",
        True,
        True,
        "numbers",
    )
    assert xform("<a/>").startswith("<?xml")


def test_times_of_another_zone_are_turned_to_the_sessions() -> None:
    made = session(
        "<a>2026-11-25T00:00:00.000Z</a><b/>",
        """<bind nodeset="/data/a" type="dateTime"/>
           <bind nodeset="/data/b" calculate="format-date-time(/data/a, '%Y-%m-%d %H:%M')"/>""",
    )
    assert text(made, "/data/b") == "2026-11-25 08:00"
    answer(made, "/data/a", "2026-11-24T20:30:00.000-04:30")
    assert text(made, "/data/b") == "2026-11-25 09:00"

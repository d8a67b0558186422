"""The shipped coder: right on the words of the window, honest when it does not know, clear about what it refuses."""

import pytest

from gongqiao.engines.occupations import Coder, Model, ModelError, TextError, TradeGuess, TradeWords

TRADES = [TradeWords("handler", ("搬运工", "搬货", "扛包")), TradeWords("dishwasher", ("洗碗工", "洗碗"))]


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load(TRADES)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("小工", "4-02-05-01"),
        ("搬运工 日结", "4-02-05-01"),
        ("夜班分拣员", "4-02-07-09"),
        ("传菜员", "4-03-02-05"),
        ("摘砂糖橘", "5-01-02-02"),
        ("氩弧焊工", "6-18-02-04"),
        ("外卖骑手", "4-10-08-01"),
        ("住家保姆", "4-10-01-06"),
        ("扎钢筋", "6-29-01-04"),
    ],
)
def test_words_of_the_window_then_their_code(coder: Coder, title: str, code: str) -> None:
    assert coder.code(title).ranked[0].code == code


def test_a_guess_names_the_words_that_decided_it(coder: Coder) -> None:
    first = coder.code("急聘叉车司机 包吃住").ranked[0]
    assert (first.name, first.words[0]) == ("专用车辆驾驶员", "叉车司机")


def test_chances_then_fall_and_are_shares(coder: Coder) -> None:
    chances = [guess.probability for guess in coder.code("餐厅服务员", k=10).ranked]
    assert len(chances) == 10
    assert chances == sorted(chances, reverse=True)
    assert 0 <= chances[-1] <= chances[0] <= 1


def test_a_clear_title_is_sure_and_a_vague_one_is_not(coder: Coder) -> None:
    assert coder.code("餐厅服务员").sure
    assert not coder.code("工作人员").sure


def test_a_text_in_no_known_word_then_no_guess(coder: Coder) -> None:
    coding = coder.code("qwrtzp")
    assert (coding.ranked, coding.sure, coding.trades) == ((), False, ())


def test_when_the_single_code_is_open_then_the_group_is_named(coder: Coder) -> None:
    coding = coder.code("保安员")
    assert coding.group == "4-07-05"
    assert coding.group_probability >= coding.ranked[0].probability - 0.2


def test_trades_then_the_longest_word_of_each(coder: Coder) -> None:
    assert coder.code("招洗碗工两名，会搬货").trades == (
        TradeGuess("dishwasher", "洗碗工", 0.3333),
        TradeGuess("handler", "搬货", 0.2222),
    )


def test_trades_when_no_word_is_inside_then_what_is_nearly_so(coder: Coder) -> None:
    assert [guess.code for guess in coder.code("搬运").trades] == ["handler"]
    assert coder.code("程序员").trades == ()


def test_a_word_of_two_trades_is_refused() -> None:
    with pytest.raises(ModelError, match="搬货"):
        Coder.load([*TRADES, TradeWords("mover", ("搬货",))])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no letter"),
        ("   \n", "no letter"),
        ("🎉😀", "no letter"),
        ("\x00", "no letter"),
        ("。，！", "no letter"),
        ("工" * 10_000, "at most 2,000 letters, this one has 10,000"),
    ],
)
def test_what_cannot_name_work_is_refused_in_words(coder: Coder, text: str, why: str) -> None:
    with pytest.raises(TextError, match=why):
        coder.code(text)


def test_what_is_not_text_is_refused(coder: Coder) -> None:
    with pytest.raises(TextError, match="not int"):
        coder.code(7)  # type: ignore[arg-type]


@pytest.mark.parametrize("k", [0, 21])
def test_k_outside_its_bounds_is_refused(coder: Coder, k: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 20"):
        coder.code("保安", k=k)


def test_a_nul_or_an_emoji_inside_changes_nothing_of_the_answer(coder: Coder) -> None:
    assert (
        coder.code("保安🎉").ranked[0].code
        == coder.code("\x00保安").ranked[0].code
        == coder.code("保安").ranked[0].code
    )


def test_asked_again_then_the_same(coder: Coder) -> None:
    assert coder.code("仓库 打包员 长白班") == coder.code("仓库 打包员 长白班")


def test_a_model_survives_writing_and_reading(coder: Coder) -> None:
    content = coder.model.to_bytes()
    again = Model.from_bytes(content)
    assert again.to_bytes() == content
    assert Coder(again).code("电焊工").ranked == coder.code("电焊工").ranked


def test_a_file_that_is_no_model_is_refused() -> None:
    with pytest.raises(ModelError, match="not a model"):
        Model.from_bytes(b"PK nothing of ours")

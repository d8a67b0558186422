"""Learning on a tree of four occupations: right answers, near copies kept together, a curve that only rises."""

import numpy as np
import pytest

from gongqiao.engines.occupations import Document, Kind, ModelError, Occupation, Training, Tree
from gongqiao.engines.occupations.csr import Rows
from gongqiao.engines.occupations.documents import near_groups
from gongqiao.engines.occupations.evidence import FEATURES, Evidence
from gongqiao.engines.occupations.learning import folds
from gongqiao.engines.occupations.lexicon import Lexicon
from gongqiao.engines.occupations.mixture import best, curve, weigh
from gongqiao.engines.occupations.softmax import chances, fit


def tree() -> Tree:
    return Tree(
        [
            Occupation("4-02-05-01", "装卸搬运工", "使用工具装卸、搬运货物的人员。", "1.装卸、搬运货物"),
            Occupation("4-03-02-05", "餐厅服务员", "在餐厅为宾客服务的人员。", "1.上菜、报菜名 2.清洗餐具"),
            Occupation("4-03-02-01", "中式烹调师", "制作中式菜肴的人员。", "1.运用刀法切配原料"),
            Occupation("6-18-02-04", "焊工", "使用焊机焊接金属工件的人员。", "1.焊接金属构件"),
        ]
    )


WORDS = {
    "4-02-05-01": ["搬运工", "装卸工", "卸货工", "搬家工"],
    "4-03-02-05": ["传菜员", "洗碗工", "服务员", "迎宾"],
    "4-03-02-01": ["厨师", "切配", "炒锅师傅", "帮厨"],
    "6-18-02-04": ["电焊工", "氩弧焊", "二保焊", "烧焊"],
}
DOCUMENTS = [Document(word, code, Kind.MARKET) for code, words in WORDS.items() for word in words]
HOW = Training(rounds=20, rivals=1)


def first_of(evidence: Evidence, title: str) -> str:
    learned = evidence.find(title).table[0]
    return tree().leaves[int(learned.argmax())].code


@pytest.mark.parametrize(
    ("title", "code"),
    [("仓库搬运", "4-02-05-01"), ("端菜传菜", "4-03-02-05"), ("学徒切配", "4-03-02-01"), ("焊接", "6-18-02-04")],
)
def test_what_was_learnt_carries_to_titles_not_learnt(title: str, code: str) -> None:
    assert first_of(Evidence.of(tree(), DOCUMENTS, HOW), title) == code


def test_the_table_has_a_row_for_each_kind_of_evidence() -> None:
    table = Evidence.of(tree(), DOCUMENTS, HOW).find("切配原料").table
    assert table.shape == (len(FEATURES), 4)
    assert int(table[2].argmax()) == tree().at["4-03-02-01"]  # official: the task names it


def test_a_title_of_a_group_teaches_the_group() -> None:
    documents = [*DOCUMENTS, Document("餐饮门店学徒", "4-03-02-00", Kind.TITLE)]
    learned = chances(Evidence.of(tree(), documents, HOW).find("餐饮门店").table[0])
    at = tree().at
    assert learned[at["4-03-02-05"]] + learned[at["4-03-02-01"]] > 0.6


def test_learning_twice_gives_the_same_weights() -> None:
    one, other = (Evidence.of(tree(), DOCUMENTS, HOW).weights for _ in range(2))
    assert np.array_equal(one.grams.values, other.grams.values)
    assert np.array_equal(one.bias, other.bias)


def test_tree_when_a_code_stands_twice_then_refused() -> None:
    with pytest.raises(ModelError, match="twice"):
        Tree([Occupation("6-18-02-04", "焊工"), Occupation("6-18-02-04", "电焊工")])


def test_tree_under_then_leaf_group_or_nothing() -> None:
    own = tree()
    assert [own.leaves[at].code for at in own.under("4-03-02-00")] == ["4-03-02-01", "4-03-02-05"]
    assert [own.leaves[at].code for at in own.under("6-18-02-04")] == ["6-18-02-04"]
    assert own.under("9-99-99-99") == []


@pytest.mark.parametrize("wrong", [{"rounds": 0}, {"ridge": 0.0}, {"widest": 0}, {"rivals": -1}])
def test_training_when_it_cannot_work_then_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        Training(**wrong)


def test_softmax_when_a_gram_decides_then_nearly_certain() -> None:
    texts = Rows.build([{0: 1.0}, {1: 1.0}] * 20)
    targets = Rows.build([{0: 1.0}, {1: 1.0}] * 20)
    hard = np.arange(0)
    weights = fit(texts, targets, np.ones(40), grams=2, classes=2, hard=hard, how=Training(ridge=0.001, rivals=0))
    scores = weights.bias + weights.meet(np.array([0]), np.array([1.0])).totals(2)
    assert chances(scores)[0] > 0.99


def test_lexicon_then_a_gram_of_one_occupation_outweighs_a_shared_one() -> None:
    lexicon = Lexicon.of(["电焊", "电工", "电脑"], [0, 1, 2])
    assert lexicon.weight[lexicon.at["焊"]] > lexicon.weight[lexicon.at["电"]]
    assert lexicon.row("面包")[0].tolist() == []


def test_near_groups_then_near_copies_share_a_number() -> None:
    one, copy, marked, other = near_groups(["仓库搬运工夜班", "仓库搬运工", "【仓库】搬运工!", "幼儿园老师"]).tolist()
    assert one == copy == marked
    assert other != one


def test_folds_then_near_copies_never_straddle() -> None:
    titles = [
        Document(text, "4-02-05-01", Kind.TITLE) for text in ("搬运工包吃住", "搬运工 日结", "急招搬运工", "厨师")
    ]
    assert len(set(folds(titles)[:3].tolist())) == 1


def test_weigh_then_the_evidence_that_tells_counts_most() -> None:
    dice = np.random.default_rng(3)
    tables, right = dice.normal(size=(200, 2, 100)), dice.integers(0, 100, size=200).tolist()
    for table, answer in zip(tables, right, strict=True):
        table[0, answer] += 3.0
    weights = weigh(list(tables), right)
    assert weights[0] > 1.0 > abs(weights[1])


def test_curve_then_never_falls_and_follows_what_was_seen() -> None:
    dice = np.random.default_rng(5)
    chance = dice.random(4000)
    points = curve(chance, (dice.random(4000) < chance**2).astype(float))
    assert (np.diff(points[1]) >= 0).all()
    assert abs(float(np.interp(0.7, points[0], points[1])) - 0.49) < 0.08


def test_best_when_equal_then_by_number() -> None:
    assert best(np.array([0.1, 0.3, 0.3, 0.2, 0.1]), 3).tolist() == [1, 2, 3]

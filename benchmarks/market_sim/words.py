"""What the report page says, Chinese first, English beside it."""

from typing import NamedTuple


class Both(NamedTuple):
    zh: str
    en: str


WAYS_IN_WORDS = {
    "notice board": Both("公告板，自己看自己去", "notice board"),
    "first come": Both("先到先挑", "first come"),
    "lottery": Both("抽签排队", "lottery"),
    "greedy score": Both("分高的先派", "greedy score"),
    "plain top-5": Both("每人荐五条，只看分", "plain top-5"),
    "ours: eased top-5": Both("工桥：每人荐五条，疏开扎堆", "ours: eased top-5"),
    "ours: plan of the day": Both("工桥：全天一起排", "ours: plan of the day"),
}
HOW_IT_GOES = {
    "notice board": Both(
        "每人读十二张，挑最中意的走去问；会不会做、还缺不缺人，到了才知道。",
        "Each reads twelve notices and walks to the dearest; only there he learns whether he may and a seat is left.",
    ),
    "first come": Both(
        "按到的先后，在柜台从还缺人的、自己能做的里挑最中意的。",
        "In order of arrival each chooses, at the desk, among all that is left and that he may do.",
    ),
    "lottery": Both(
        "抽出先后，依次问最合适的一条；不去，下一轮再问。",
        "In a drawn order each is asked for what scores best for him; refused seats are offered again.",
    ),
    "greedy score": Both("全场分数最高的一对先派。", "The highest score of the whole market goes first."),
    "plain top-5": Both(
        "每人五条，按分排；人挑活，活按分收人。",
        "Five suggestions by score; people apply, shifts take the best scored.",
    ),
    "ours: eased top-5": Both(
        "同上，但抢的人多的活往后排（分数减价）。", "The same by score less price: what many want moves down."
    ),
    "ours: plan of the day": Both(
        "所有人所有活一起算，总和最好；有人不去，余下的重排。",
        "Everybody and every seat planned together; what was refused is planned again.",
    ),
}


class Measure(NamedTuple):
    title: Both
    unit: Both
    more_is_better: bool


IN_WORDS = {
    "income": Measure(Both("每来一天挣到的工钱", "pay per person and day he came"), Both("元", "yuan"), True),
    "idle": Measure(Both("来了却空手回家的日子", "days gone home without work"), Both("%", "%"), False),
    "idle_priority": Measure(Both("其中优先帮扶的人", "the same, people of the priority tier"), Both("%", "%"), False),
    "idle_over_50": Measure(Both("其中五十岁以上的人", "the same, over 50"), Both("%", "%"), False),
    "vain_km": Measure(Both("白跑的路，每来一天", "walked in vain per day he came"), Both("公里", "km"), False),
    "way_km": Measure(Both("去上工的路", "way to work"), Both("公里", "km"), False),
    "hourly": Measure(Both("每小时工钱", "pay per hour worked"), Both("元", "yuan"), True),
    "exposure_gini": Measure(
        Both("活被看到的不均（基尼系数）", "inequality of exposure of shifts (Gini)"), Both("", ""), False
    ),
    "income_gini": Measure(Both("收入的不均（基尼系数）", "inequality of income (Gini)"), Both("", ""), False),
}
GROUPS = (
    (Both("对找活的人", "For people who look for work"), ("income", "idle", "idle_priority", "idle_over_50")),
    (Both("路和工价", "Ways and wages"), ("vain_km", "way_km", "hourly")),
    (Both("分得匀不匀", "How evenly"), ("exposure_gini", "income_gini")),
)
HEADLINES = {
    "fill": Both("上了工的缺口", "seats filled"),
    "idle_priority": Both("优先帮扶的人空手回家的日子", "days without work in the priority tier"),
}
NOTES = {
    "vain_km": Both(
        "设定如此：除了公告板，都是先问清楚再出门。",
        "By construction: only at the notice board does anybody set out before he has been told.",
    ),
    "hourly": Both(
        "工价低的活也有人做了，平均就低；每来一天挣到的（最上面一张）反而多。",
        "Badly paid seats are filled too, so the mean of those worked is lower; pay per day he came, above, is higher.",
    ),
    "income_gini": Both(
        "照分高低派的，总是那几个人有活。人多活少时怎样，见下面第二张表。",
        "Where the highest score goes first the same people work. When seats are scarce: see the second table below.",
    ),
}
DAYS = {
    "people scarce": Both("人少活多", "people scarce"),
    "usual": Both("平常日子", "usual"),
    "seats scarce": Both("人多活少", "seats scarce"),
}
TITLE = Both("同样的人，同样的活，七种派法", "The same people, the same shifts, seven ways of dispatch")
FILLED = Both("一百个缺口里，有人上了工的", "Of a hundred seats wanted, those in which somebody worked")
STRESS = Both("人少或活少的时候", "When people, or seats, are scarce")
ASSUMED = Both("这些是设定的，不是量到的", "What is assumed, not measured")
ASSUMPTIONS = (
    Both(
        "取自国家统计局《2024 年农民工监测调查报告》的：各行业的人数比例、月收入、年龄段。",
        "From the 2024 report on migrant workers (National Bureau of Statistics): shares of trades, incomes, ages.",
    ),
    Both(
        "我们自己设的：城的大小和聚居、班次和钟点、肯走多远、多久来一次、中意什么、答应了又不来的机会。哪里都没有量过。",
        "Ours, measured nowhere: size and clusters of the town, hours, how far people go, how often they come, what "
        "they like, how often they say yes and do not turn up.",
    ),
    Both(
        "七种派法遇到同样的人、同样的活、同样的口味和运气；每人每天至多一个班；市场至多问三轮。",
        "All ways meet the same people, shifts, tastes and luck; one shift a person and day; three rounds of calls.",
    ),
    Both(
        "模拟只能比较派法，不能预言哪一个市场会怎样；没有算老板和零工会因此改变习惯。",
        "A simulation compares ways; it predicts no market. Nobody in it changes his habits with the dispatch.",
    ),
)

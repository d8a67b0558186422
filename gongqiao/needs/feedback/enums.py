"""Choices of a ticket."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """How it reached the market."""

    PAGE = "page", _("网页")
    MINI = "miniprogram", _("小程序")
    PHONE = "phone", _("电话")
    WINDOW = "window", _("窗口")
    SURVEY = "survey", _("问卷")
    PAPER = "paper", _("纸条、意见箱")


BY_THEMSELVES = frozenset({Channel.PAGE, Channel.MINI, Channel.SURVEY})


class Category(TextChoices):
    """What it is about, in the words a worker would use."""

    WAGES = "wages", _("工钱没给、给少了")
    JOB = "job", _("活跟说的不一样")
    SAFETY = "safety", _("受伤、不安全")
    TREATMENT = "treatment", _("被打骂、被骚扰")
    STAFF = "staff", _("对驿站的人有意见")
    OTHER = "other", _("别的事、提建议")
    FEES = "fees", _("收押金、收费、像是骗人")
    DATA = "data", _("个人信息被乱用")
    RECORDS = "records", _("要抄、要改、要删自己的资料")


# The six that are ticked; fees and data are told apart by whoever reads it, records come from the page of one's file.
TICKS = (
    Category.WAGES,
    Category.JOB,
    Category.SAFETY,
    Category.TREATMENT,
    Category.STAFF,
    Category.OTHER,
)


class State(TextChoices):
    NEW = "new", _("还没人接")
    ASSIGNED = "assigned", _("定了谁办")
    WORKING = "working", _("在办")
    WAITING = "waiting", _("等本人回话")
    APPROVAL = "approval", _("办完了，等另一个人看过")
    RESOLVED = "resolved", _("办完了，等本人说好不好")
    CLOSED = "closed", _("结了")


OPEN = (State.NEW, State.ASSIGNED, State.WORKING, State.WAITING, State.APPROVAL)
ENDED = (State.RESOLVED, State.CLOSED)


class Outcome(TextChoices):
    """Every ticket ends with a reason."""

    DONE = "done", _("办好了")
    EXPLAINED = "explained", _("说清楚了")
    PASSED = "passed", _("转给有权管的部门")
    UNPROVEN = "unproven", _("查了，查不实")
    SILENT = "silent", _("联系不上本人")
    WITHDRAWN = "withdrawn", _("本人不要办了")
    DOUBLE = "double", _("跟另一件是同一件事")


class Satisfaction(IntegerChoices):
    BAD = 1, _("没办好")
    FAIR = 2, _("一般")
    GOOD = 3, _("办得好")


class EntryKind(TextChoices):
    SAID = "said", _("本人说")
    ANSWER = "answer", _("驿站答")
    NOTE = "note", _("内部记录")
    TRANSCRIPT = "transcript", _("听写")
    TO_EMPLOYER = "to_employer", _("问用工方")
    FROM_EMPLOYER = "from_employer", _("用工方答")
    PROPOSAL = "proposal", _("打算这样答，等人看过")
    RESOLUTION = "resolution", _("办成这样")
    STEP = "step", _("经过")


FOR_THE_PERSON = (EntryKind.SAID, EntryKind.ANSWER, EntryKind.TRANSCRIPT, EntryKind.RESOLUTION, EntryKind.STEP)
FOR_THE_EMPLOYER = (EntryKind.TO_EMPLOYER, EntryKind.FROM_EMPLOYER)


class Step(TextChoices):
    """What happened to it, as everybody concerned may read it."""

    FILED = "filed", _("收到了")
    ASSIGNED = "assigned", _("定了谁办")
    HANDED = "handed", _("换了人办")
    RELEASED = "released", _("原来的人不办了，另找人")
    WAITING = "waiting", _("等本人回话")
    RESUMED = "resumed", _("接着办")
    APPROVAL = "approval", _("请另一个人看过")
    SENT_BACK = "sent_back", _("退回再办")
    RESOLVED = "resolved", _("办完了")
    CLOSED = "closed", _("结了")
    REOPENED = "reopened", _("重新办")
    ESCALATED = "escalated", _("报给上一级盯着")
    SORTED = "sorted", _("换了类别")
    CALLED_BACK = "called_back", _("回访过了")


class Told(TextChoices):
    """What the person is told, in words that say nothing of the matter."""

    RECEIVED = "received", _("收到了，最晚哪天答复")
    ANSWERED = "answered", _("有了答复")
    ENDED = "ended", _("这件事办完了")
    PROMISE = "promise", _("答复期限改了")


class Why(TextChoices):
    """Why it went up."""

    OVERDUE = "overdue", _("过了答复期限")
    NOBODY = "nobody", _("没有能办的人")
    URGENT = "urgent", _("有危险的话")
    CALL_BACK = "call_back", _("评得不好，没按时回访")


class Danger(TextChoices):
    """What a word may point to: a case of its own is offered (reference: care, rights)."""

    WAGE = "wage", _("拖欠工钱")
    INJURY = "injury", _("受伤")
    VIOLENCE = "violence", _("打人、威胁、侵害")
    SELF_HARM = "self_harm", _("想不开")


class OfferState(TextChoices):
    OPEN = "open", _("还没问")
    ACCEPTED = "accepted", _("本人要")
    DECLINED = "declined", _("本人不要")
    HANDED = "handed", _("交给了专人")


class CallBackState(TextChoices):
    OPEN = "open", _("要回访")
    REACHED = "reached", _("访到了")
    GIVEN_UP = "given_up", _("没访到")


class ChangeState(TextChoices):
    DRAFT = "draft", _("没公布")
    PUBLISHED = "published", _("公布了")
    WITHDRAWN = "withdrawn", _("撤下了")

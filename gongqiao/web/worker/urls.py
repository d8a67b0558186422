from django.urls import path

from gongqiao.web.worker import aloud, family, punches, records, surveys, telling, tickets, tokens, views

app_name = "worker"
urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("communities/", views.communities, name="communities"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("jobs/<int:pk>/apply/", views.apply, name="apply"),
    path("work/", views.work, name="work"),
    path("work/<int:pk>/<slug:act>/", views.answer, name="answer"),
    path("surveys/<int:pk>/", surveys.survey, name="survey"),
    path("pay/", views.pay, name="pay"),
    path("pay/<int:pk>/dispute/", views.dispute, name="dispute"),
    path("say/", tickets.say, name="say"),
    path("say/find/", tickets.find, name="say-find"),
    path("say/thread/", tickets.thread, name="thread"),
    path("say/thread/<slug:act>/", tickets.act, name="thread-act"),
    path("clips/<slug:digest>/", aloud.clip, name="clip"),
    path("ear/", aloud.ear, name="ear"),
    path("file/", records.mine, name="file"),
    path("file/paper/", records.paper, name="file-paper"),
    path("file/data/", records.data, name="file-data"),
    path("file/tokens/", tokens.tokens, name="tokens"),
    path("file/tokens/<int:pk>/revoke/", tokens.revoke, name="token-revoke"),
    path("file/<slug:act>/", records.act, name="file-act"),
    path("book/", punches.book, name="book"),
    path("book/data/", punches.data, name="book-data"),
    path("book/<int:pk>/note/", punches.note, name="book-note"),
    path("told/", telling.told, name="told"),
    path("family/", family.mine, name="family"),
    path("family/<int:pk>/end/", family.end, name="family-end"),
    path("family/leave/", family.leave, name="family-leave"),
    path("personal/", views.personal, name="personal"),
]

from django.urls import path

from gongqiao.web.worker import aloud, surveys, tickets, views

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
    path("personal/", views.personal, name="personal"),
]

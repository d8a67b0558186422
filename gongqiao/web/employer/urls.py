from django.urls import path

from gongqiao.web.employer import reliability, tickets, tokens, views

app_name = "employer"
urlpatterns = [
    path("", views.home, name="home"),
    path("post/", views.post, name="post"),
    path("postings/<int:pk>/repeat/", views.repeat, name="repeat"),
    path("postings/<int:pk>/<slug:act>/", views.posting_act, name="posting-act"),
    path("shifts/<int:pk>/<slug:act>/", views.shift_act, name="shift-act"),
    path("assignments/<int:pk>/<slug:act>/", views.act, name="act"),
    path("complaints/", tickets.complaints, name="complaints"),
    path("complaints/<uuid:pk>/answer/", tickets.answer, name="complaint-answer"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="token-revoke"),
    path("reliability/", reliability.mine, name="reliability"),
    path("wages/", views.wages, name="wages"),
    path("wages/<int:pk>/pay/", views.pay, name="pay"),
    path("wages/<int:pk>/count/", views.count, name="count-act"),
]

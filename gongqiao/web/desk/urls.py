from django.urls import path

from gongqiao.web.desk.views import dispatch, dossiers, employers, postings, today, work

app_name = "desk"
urlpatterns = [
    path("", today.today, name="today"),
    path("audit/", today.audit_log, name="audit"),
    path("register/", dossiers.register, name="register"),
    path("dossiers/", dossiers.index, name="dossiers"),
    path("dossiers/<int:pk>/", dossiers.show, name="dossier"),
    path("dossiers/<int:pk>/edit/", dossiers.edit, name="dossier-edit"),
    path("dossiers/<int:pk>/check-in/", dossiers.check_in, name="check-in"),
    path("dossiers/<int:pk>/code/", dossiers.code, name="dossier-code"),
    path("employers/", employers.index, name="employers"),
    path("employers/new/", employers.new, name="employer-new"),
    path("employers/<int:pk>/", employers.show, name="employer"),
    path("employers/<int:pk>/licence/", employers.licence, name="employer-licence"),
    path("employers/<int:pk>/block/", employers.block, name="employer-block"),
    path("postings/", postings.index, name="postings"),
    path("postings/new/", postings.new, name="posting-new"),
    path("postings/<int:pk>/", postings.show, name="posting"),
    path("postings/<int:pk>/submit/", postings.submit, name="posting-submit"),
    path("postings/<int:pk>/verify/", postings.verify, name="posting-verify"),
    path("postings/<int:pk>/refuse/", postings.refuse, name="posting-refuse"),
    path("postings/<int:pk>/close/", postings.close, name="posting-close"),
    path("verify/", postings.queue, name="verify-queue"),
    path("board/", dispatch.board, name="board"),
    path("board/run/", dispatch.run, name="dispatch-run"),
    path("board/shifts/<int:pk>/", dispatch.shift, name="board-shift"),
    path("board/shifts/<int:pk>/offer/", dispatch.offer, name="offer"),
    path("calls/", dispatch.calls, name="calls"),
    path("calls/<int:pk>/", dispatch.call, name="call"),
    path("attendance/", work.attendance, name="attendance"),
    path("assignments/<int:pk>/<slug:act>/", work.act, name="assignment-act"),
    path("wages/", work.wages, name="wages"),
    path("wages/<int:pk>/<slug:act>/", work.wage_act, name="wage-act"),
]

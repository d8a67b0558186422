from django.urls import path

from gongqiao.web.hall.views import here, kiosk, screen

app_name = "hall"
urlpatterns = [
    path("screen/", screen.screen, name="screen"),
    path("caller/", screen.caller, name="caller"),
    path("wall-worker.js", screen.worker, name="wall-worker"),
    path("here/", here.here, name="here"),
    path("here/draw/", here.draw, name="draw"),
    path("number/<uuid:pk>/", here.number, name="number"),
    path("kiosk/", kiosk.start, name="kiosk"),
    path("kiosk/jobs/", kiosk.jobs, name="kiosk-jobs"),
    path("kiosk/jobs/<int:pk>/", kiosk.job, name="kiosk-job"),
    path("kiosk/here/", kiosk.here, name="kiosk-here"),
    path("kiosk/draw/", kiosk.draw, name="kiosk-draw"),
    path("kiosk/done/", kiosk.done, name="kiosk-done"),
    path("kiosk/mine/", kiosk.mine, name="kiosk-mine"),
    path("kiosk/help/", kiosk.help_wanted, name="kiosk-help"),
    path("kiosk/wipe/", kiosk.wipe, name="kiosk-wipe"),
]

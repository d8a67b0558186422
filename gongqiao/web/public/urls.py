from django.urls import path

from gongqiao.web.public import views

app_name = "public"
urlpatterns = [
    path("station/", views.station, name="station"),
    path("said/", views.said, name="said"),
    path("dispatch/", views.policy, name="policy"),
    path("dispatch/<int:pk>/", views.run, name="run"),
]

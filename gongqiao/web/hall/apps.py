from django.apps import AppConfig


class HallScreensApp(AppConfig):
    name = "gongqiao.web.hall"
    label = "hall_screens"

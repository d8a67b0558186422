from django.apps import AppConfig


class HallApp(AppConfig):
    name = "gongqiao.services.hall"
    label = "hall"

from django.apps import AppConfig


class SpokenApp(AppConfig):
    name = "gongqiao.services.spoken"
    label = "spoken"

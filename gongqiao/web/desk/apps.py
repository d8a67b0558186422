from django.apps import AppConfig


class DeskApp(AppConfig):
    name = "gongqiao.web.desk"
    label = "desk"

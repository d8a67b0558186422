from django.apps import AppConfig


class UiApp(AppConfig):
    name = "gongqiao.web.ui"
    label = "ui"

from django.apps import AppConfig


class LendingApp(AppConfig):
    name = "gongqiao.services.lending"
    label = "lending"

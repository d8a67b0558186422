from django.apps import AppConfig


class FamilyApp(AppConfig):
    name = "gongqiao.needs.family"
    label = "family"

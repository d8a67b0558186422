from django.apps import AppConfig


class SurveysApp(AppConfig):
    name = "gongqiao.needs.surveys"
    label = "surveys"

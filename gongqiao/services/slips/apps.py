from django.apps import AppConfig


class SlipsApp(AppConfig):
    name = "gongqiao.services.slips"
    label = "slips"

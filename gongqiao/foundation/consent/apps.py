from django.apps import AppConfig


class ConsentApp(AppConfig):
    name = "gongqiao.foundation.consent"
    label = "consent"

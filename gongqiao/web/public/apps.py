from django.apps import AppConfig


class PublicApp(AppConfig):
    name = "gongqiao.web.public"
    label = "public"

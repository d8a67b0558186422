from django.apps import AppConfig


class DoorApp(AppConfig):
    name = "gongqiao.web.door"
    label = "door"

from django.apps import AppConfig


class EmployersApp(AppConfig):
    name = "gongqiao.needs.employers"
    label = "employers"

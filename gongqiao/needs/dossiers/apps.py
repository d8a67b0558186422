from django.apps import AppConfig


class DossiersApp(AppConfig):
    name = "gongqiao.needs.dossiers"
    label = "dossiers"

from django.apps import AppConfig


class FilesApp(AppConfig):
    name = "gongqiao.foundation.files"
    label = "files"

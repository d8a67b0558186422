from django.apps import AppConfig


class SpreadsheetApp(AppConfig):
    name = "gongqiao.channels.spreadsheet"
    label = "spreadsheet"

from django.apps import AppConfig


class MyDataApp(AppConfig):
    name = "gongqiao.services.mydata"
    label = "mydata"

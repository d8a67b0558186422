from django.apps import AppConfig


class EmployerSiteApp(AppConfig):
    name = "gongqiao.web.employer"
    label = "employer_site"

from django.apps import AppConfig


class WorkerSiteApp(AppConfig):
    name = "gongqiao.web.worker"
    label = "worker_site"

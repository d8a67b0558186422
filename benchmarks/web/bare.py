"""The peer: a Django with nothing but one page, served by the same gunicorn; no database, no session, no middleware."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

PAGE = (
    "<!doctype html><html lang=zh><title>{{ title }}</title>"
    "<ul>{% for row in rows %}<li>{{ row }}</li>{% endfor %}</ul></html>"
)

settings.configure(
    SECRET_KEY="bare",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)


def page(_request: HttpRequest) -> HttpResponse:
    shown = engines["django"].from_string(PAGE).render({"title": "bare", "rows": range(20)})
    return HttpResponse(shown)


urlpatterns = [path("", page)]
application = get_wsgi_application()

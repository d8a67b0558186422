"""Where each reader's screens live."""

from django.urls import include, path

from gongqiao.api import docs
from gongqiao.api.openrosa import urls as openrosa
from gongqiao.api.v1 import api
from gongqiao.web.access import Access, Door

api_urls = api.urls
for endpoint in api_urls[0]:
    vars(endpoint.callback)["access"] = Access(Door.PUBLIC)  # the token says who it is, each operation asks it

vars(docs.page)["access"] = Access(Door.PUBLIC)

for route in openrosa.urlpatterns:
    vars(route.callback)["access"] = Access(Door.PUBLIC)  # the token in the address says who it is, the views ask it

urlpatterns = [
    path("", include("gongqiao.web.door.urls")),
    path("desk/", include("gongqiao.web.desk.urls")),
    path("employer/", include("gongqiao.web.employer.urls")),
    path("m/<slug:market>/", include("gongqiao.web.worker.urls")),
    path("m/<slug:market>/", include("gongqiao.web.hall.urls")),
    path("m/<slug:market>/public/", include("gongqiao.web.public.urls")),
    path("api/v1/", include(([path("docs", docs.page, name="page")], "api-docs"))),
    path("api/v1/", api_urls),
    path("k/", include(openrosa)),
]

"""Small forms for tests, written as XForms are."""

from datetime import datetime
from zoneinfo import ZoneInfo

from gongqiao.engines.xforms import Form, Session, load

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 6, 0, tzinfo=ZONE)


def xform(
    instance: str, binds: str = "", body: str = "", more: str = "", *, attributes: str = 'id="f" version="1"'
) -> str:
    """A document around the parts that matter; `instance` is what stands in <data>."""
    return f"""<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:ev="http://www.w3.org/2001/xml-events" xmlns:jr="http://openrosa.org/javarosa"
  xmlns:entities="http://www.opendatakit.org/xforms/entities">
  <h:head><h:title>试表</h:title><model>
    <instance><data {attributes}>{instance}</data></instance>
    {more}{binds}
  </model></h:head>
  <h:body>{body}</h:body>
</h:html>"""


def form(instance: str, binds: str = "", body: str = "", more: str = "") -> Form:
    return load(xform(instance, binds, body, more), zone=ZONE)


def session(instance: str, binds: str = "", body: str = "", more: str = "", seed: int = 1) -> Session:
    return Session(form(instance, binds, body, more), now=NOW, seed=seed)


def text(session: Session, path: str) -> str:
    return session.node(path).text


def answer(session: Session, path: str, value: str) -> str:
    """What kind of problem there was, "" for none."""
    problem = session.answer(session.node(path), value)
    return problem.kind if problem is not None else ""

"""A small field form in XForm, and submissions to it as a phone writes them."""

from datetime import timedelta
from uuid import uuid4

from gongqiao.foundation import clock
from gongqiao.needs.surveys.actions import publishing
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import Subject
from gongqiao.needs.surveys.models import FormVersion
from tests.factories import House

FORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa" xmlns:entities="http://www.opendatakit.org/xforms/entities">
  <h:head><h:title>零工需求</h:title><model>
    <instance><data id="needs" version="{version}">
      <start/><end/><consent/><file_no/><age/><pay/><trades/><wish/><photo/><card/>
      <skill jr:template=""><what/></skill><meta><instanceID/></meta>
    </data></instance>
    <bind nodeset="/data/start" type="dateTime" jr:preload="timestamp" jr:preloadParams="start"/>
    <bind nodeset="/data/end" type="dateTime" jr:preload="timestamp" jr:preloadParams="end"/>
    <bind nodeset="/data/age" type="int" constraint=". &gt;= 16" required="true()"/>
    <bind nodeset="/data/pay" type="decimal" entities:saveto="pay_floor_yuan"/>
    <bind nodeset="/data/trades" type="string" entities:saveto="preferred"/>
    <bind nodeset="/data/photo" type="binary"/><bind nodeset="/data/card" type="binary"/>
    <bind nodeset="/data/meta/instanceID" jr:preload="uid"/>
  </model></h:head>
  <h:body>
    <select1 ref="/data/consent"><label>愿意吗</label><item><value>yes</value><label>愿意</label></item>
      <item><value>no</value><label>不愿意</label></item></select1>
    <input ref="/data/file_no"><label>档案号</label></input>
    <input ref="/data/age"><label>年龄</label></input>
    <input ref="/data/pay"><label>一小时最少</label></input>
    <select ref="/data/trades"><label>想干什么</label><item><value>loader</value><label>搬运</label></item>
      <item><value>cleaner</value><label>保洁</label></item></select>
    <input ref="/data/wish"><label>还想说什么</label></input>
    <upload ref="/data/photo" mediatype="image/*"><label>照片</label></upload>
    <upload ref="/data/card" mediatype="image/*"><label>证件</label></upload>
    <repeat nodeset="/data/skill"><input ref="/data/skill/what"><label>本事</label></input></repeat>
  </h:body>
</h:html>"""
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(200))


def published(house: House, version: str = "1") -> FormVersion:
    row = publishing.add_version(Draft(FORM.format(version=version), Subject.WORKER), by=house.zhou)
    publishing.publish(row, by=house.zhou)
    return row


def answers(
    *,
    instance: str = "",
    deprecated: str = "",
    version: str = "1",
    took: timedelta = timedelta(minutes=12),
    **said: str,
) -> bytes:
    """A submission ended this moment; `skill` may hold several with "|" between."""
    end = clock.now()
    start = end - took
    skills = "".join(f"<skill><what>{what}</what></skill>" for what in said.pop("skill", "").split("|") if what)
    told = {"consent": "yes", "age": "45", **said}
    inside = "".join(f"<{name}>{text}</{name}>" for name, text in told.items())
    replaced = f"<deprecatedID>{deprecated}</deprecatedID>" if deprecated else ""
    head = f'<data id="needs" version="{version}"><start>{start.isoformat()}</start><end>{end.isoformat()}</end>'
    meta = f"<meta><instanceID>{instance or f'uuid:{uuid4()}'}</instanceID>{replaced}</meta>"
    return f"<?xml version='1.0' ?>{head}{inside}{skills}{meta}</data>".encode()

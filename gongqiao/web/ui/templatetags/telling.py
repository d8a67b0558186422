"""Lines in people's words."""

from django import template

from gongqiao.foundation.notify.channels import label_of

register = template.Library()
register.filter("line_label", label_of)

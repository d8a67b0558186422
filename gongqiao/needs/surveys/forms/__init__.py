"""Questionnaires that come with the house, written by us as tables: read them, change them, put in your own."""

from gongqiao.needs.surveys.forms.worker_needs import WORKER_NEEDS

__all__ = ["WORKER_NEEDS"]

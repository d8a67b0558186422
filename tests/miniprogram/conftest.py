"""The WeChat of the channel's tests."""

from tests.channels.wechat.conftest import wechat

__all__ = ["wechat"]

"""Our application with the counts of requests out of the way: what is asked about is each answer, not how often."""

from gongqiao.config.wsgi import application as ours
from gongqiao.foundation.accounts import limits

MANY = 10**6

limits.SAY_ADDRESS = limits.Limit("ticket said", MANY, 1)

from gongqiao.api import wechat  # noqa: E402 -- their limits are set after the settings are there
from gongqiao.api.v1 import tickets  # noqa: E402

tickets.CODES_A_MINUTE = MANY
wechat.SIGN_IN = limits.Limit("wechat sign-in", MANY, 1)

application = ours

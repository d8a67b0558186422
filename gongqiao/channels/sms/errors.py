"""What a gateway answers when it does not send, in words for whoever reads them; codes as both publish them."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from gongqiao.foundation.notify.channels import LineError

BAD_NUMBER, BLOCKED = _l("手机号不对"), _l("这个号码不收短信")
BUSY, BROKE, SETTING = _l("发得太勤，网关要等一等"), _l("短信费用完了"), _l("短信的签名、模板或密钥没设对")

# the beginning of a code -> what it means, and whether another try with this number will never do
CODES: tuple[tuple[str, str | Promise, bool], ...] = (
    ("isv.MOBILE_NUMBER_ILLEGAL", BAD_NUMBER, True),
    ("InvalidParameterValue.IncorrectPhoneNumber", BAD_NUMBER, True),
    ("isv.BLACK_KEY_CONTROL_LIMIT", BLOCKED, True),
    ("FailedOperation.PhoneNumberInBlacklist", BLOCKED, True),
    ("isv.BUSINESS_LIMIT_CONTROL", BUSY, False),
    ("isv.DAY_LIMIT_CONTROL", BUSY, True),
    ("Throttling", BUSY, False),
    ("LimitExceeded.PhoneNumberDailyLimit", BUSY, True),
    ("LimitExceeded", BUSY, False),
    ("RequestLimitExceeded", BUSY, False),
    ("isv.AMOUNT_NOT_ENOUGH", BROKE, True),
    ("isv.OUT_OF_SERVICE", BROKE, True),
    ("FailedOperation.InsufficientBalanceInSmsPackage", BROKE, True),
    ("isv.SMS_", SETTING, True),
    ("isv.TEMPLATE_", SETTING, True),
    ("SignatureDoesNotMatch", SETTING, True),
    ("InvalidAccessKeyId", SETTING, True),
    ("AuthFailure", SETTING, True),
    ("UnauthorizedOperation", SETTING, True),
)


def refused(code: str) -> LineError:
    """An unknown code is said as it is, and may go away by itself."""
    for begins, words, for_good in CODES:
        if code.startswith(begins):
            return LineError(f"{words} ({code})", for_good=for_good)
    return LineError(_("短信网关没有发：%(code)s") % {"code": code or "?"})

"""Standard Webhooks (standardwebhooks.com, specification 1.0): HMAC-SHA256 over id.timestamp.body."""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """One signature, with its version before it."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    said = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()


def headers(keys: list[str], message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Signed with each of the keys: while one takes the other's place the receiver may hold either."""
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(key, message, timestamp, body) for key in keys),
    }

"""What higher paths may react to, in the transaction of the act; receivers only enqueue (who imports whom)."""

from django.dispatch import Signal

verified = Signal()  # posting_id, market_id, verification_id
withdrawn = Signal()  # posting_id, market_id: paused, closed, changed

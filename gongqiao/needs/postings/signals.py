"""What higher paths may react to; receivers only enqueue (architecture: who imports whom)."""

from django.dispatch import Signal

verified = Signal()  # posting_id, market_id
withdrawn = Signal()  # posting_id, market_id: paused, closed, changed

"""What the paths above may hear of answers; each is sent inside the transaction of what it tells."""

from django.dispatch import Signal

# submission: Submission, number: int (of its version), said: Reading, by: Membership; also when it is linked later
completed = Signal()
rejected = Signal()  # submission: Submission, note: str, by: Membership
withdrawn = Signal()  # submission: Submission, note: str, by: Membership

"""What others may hear of interviews; sent inside the transaction of what it tells."""

from django.dispatch import Signal

blanked = Signal()  # excerpt: Excerpt, whose words are gone for good, by: Membership

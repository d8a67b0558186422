"""Rules of follow-ups.

Placed is who came to work through the station at least once; his first day is that of the first shift he came to (on
site or done), whichever employer's, in the market's zone, also under a file that was merged into his since. 30 or 90
days later he is to be asked, while a wave of the form is open; a day on which nothing ran is made up for within
`GRACE`.
"""

from datetime import timedelta

DAYS = {"followup_30": 30, "followup_90": 90}  # by the form's code
GRACE = timedelta(days=14)  # later than this, a month's recollection is of another month

"""Rules of surveys: attempts, small numbers, which field of a dossier an answer may change by itself."""

from enum import Enum

DAYS_OF_ATTEMPTS = 3  # different days before somebody counts as not found (AAPOR's call rules, the house's number)
SECONDS_AN_ANSWER = 2  # faster than this, nobody was asked
BURST, BURST_MINUTES = 5, 10  # so many from one phone in so short a time are looked at
ANSWERS_BY_CHANCE = 8  # two people give the same few answers to a short form
SMALL = 10  # cells of fewer answers are not shown


class Policy(Enum):
    FILL_BLANK = "fill_blank"  # written by itself only where nothing stood
    NEWEST = "newest"  # a wish of the person's own: the newest word counts
    REVIEW = "review"  # a person looks first


POLICY = {
    "pay_floor": Policy.NEWEST,
    "week_hours": Policy.NEWEST,
    "preferred": Policy.NEWEST,
    "training_wishes": Policy.NEWEST,
    "max_distance_m": Policy.NEWEST,
    "travel": Policy.NEWEST,
    "languages": Policy.FILL_BLANK,
    "home": Policy.FILL_BLANK,
    "channel": Policy.FILL_BLANK,
    "channel_note": Policy.FILL_BLANK,
    "concerns": Policy.REVIEW,
}  # every other field is none that a survey may propose: identity and skills with a certificate are seen, not said

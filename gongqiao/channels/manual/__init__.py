"""Texts by hand 手发短信: a station without a line has a list of numbers and words, ticked off (paper 5.1-3)."""

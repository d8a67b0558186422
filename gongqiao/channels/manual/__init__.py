"""Texts by hand 手发短信: a station without a line outside has a list of numbers and words, ticked off (paper 5.1-3)."""

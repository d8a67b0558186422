"""Occupations and day-labour trades: the words in which work is named (paper 5.1)."""

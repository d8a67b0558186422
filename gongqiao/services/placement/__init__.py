"""Placement 人岗匹配与派工 (S5, paper 5.2-1, 3.1): match, offer, answer, arrive, hours, pay, outcome."""

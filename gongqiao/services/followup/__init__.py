"""Asked again by itself 自动回访: 30 and 90 days after a first day of work, everybody once (paper 5.4-1)."""

"""Feedback 诉求 (S4, paper 5.1-3): whatever somebody says reaches a named person, is answered in time, and ends with a
reason and a question whether it was of use."""

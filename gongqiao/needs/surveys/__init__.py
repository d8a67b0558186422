"""Surveys 调查: forms, waves, field work, answers that reach the dossier as proposals (S1, paper 5.1-1)."""

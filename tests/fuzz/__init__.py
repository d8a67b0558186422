"""Hostile and broken input, by seed: whatever comes is taken whole or refused in words, and nothing is left behind."""

"""Webhooks: another system is told what happened by a signed POST (Standard Webhooks): ids and states, no names."""

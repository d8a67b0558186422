"""Screens by reader; server-rendered, working without JavaScript."""

"""Engines: pure Python and NumPy, no Django, no database, no clock; each is a library on its own."""

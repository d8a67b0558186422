"""The compiled twin of `scan.py`: the same lists to the last bit, for a whole city in seconds on an office PC.

Nothing here is imported before a market asks for the numba kernel, so a small market never pays for it.
"""

"""Public pages: how dispatch works here, and its log."""

"""The visual language shared by all screens."""

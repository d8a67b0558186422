"""Encrypted fields, blind indexes and encrypted files with the SM algorithms (GB/T 32905, 32907; RFC 8998)."""

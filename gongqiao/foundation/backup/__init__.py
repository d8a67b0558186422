"""Backup and restore: everything that must be kept, in one encrypted file that is read back."""

"""Tools of the repository: the check, the seed data, the message catalogue."""

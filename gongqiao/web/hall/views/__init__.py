"""One file for each thing in the hall."""

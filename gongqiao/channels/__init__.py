"""Outside lines: one folder per line, whole in itself."""

"""Consent 同意书: by purpose, with the text's version; given, withdrawn, never pre-ticked (PIPL 14-17)."""

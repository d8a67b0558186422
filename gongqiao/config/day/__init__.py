"""`./run day`: two sheets in, tomorrow's papers out, through the same actions as the desk and without any web page."""

"""XPath as ODK speaks it: XPath 1.0's grammar, typed values (number, text, yes-no, date, nodes), ODK's functions."""

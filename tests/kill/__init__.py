"""What the kill tests need: a market on file, the real processes, clerks at their counters, a gateway with bad days,
and the reckoning."""

"""What the kill test needs: a market on file, the real web process, clerks at their counters, and the reckoning."""

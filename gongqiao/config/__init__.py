"""Settings, addresses, the doors of the process."""

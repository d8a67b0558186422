"""Foundation: what every path of the paper stands on."""

"""断网的柜台: what was registered and checked in while the network was down, arriving once. Paper 5.1-3."""

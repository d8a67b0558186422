"""What hangs on the wall and stands on the floor: the screen, the caller, the kiosk, the square that phones scan."""

"""The demo market of 柳州: invented people, employers and needs from a seed. No Django here, same seed, same rows."""

"""WeChat 微信: the operator's own mini program as a line to people who gave it their consent (paper 5.1-3, 5.2-1)."""

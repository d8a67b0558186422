"""Recommending 主动推荐: verified demand finds its people, who are told within a minute and why (paper 5.2-1)."""

"""Interviews and focus groups 访谈、座谈 (paper 5.1-1): what people say at length, kept by the team that asked,
coded, and quoted only as each of them agreed."""

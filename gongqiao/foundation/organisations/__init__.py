"""Organisations 机构 and memberships 任职: what one may do comes from the membership current on the request (paper 5.4-2)."""

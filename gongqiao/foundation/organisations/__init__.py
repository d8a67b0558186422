"""Organisations 机构 and memberships 任职: what one may do comes from the current one."""

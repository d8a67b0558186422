"""Audit 操作记录: append-only, hash-chained per market, readings included, no foreign keys."""

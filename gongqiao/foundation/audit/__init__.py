"""Audit 操作记录: append-only, hash-chained per market, reads of personal files included, no foreign keys (trust 1.8)."""

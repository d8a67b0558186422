"""Dossiers 零工档案 (S2, paper 5.1-1): what a worker can, wants, needs; each value with source, date, freshness."""

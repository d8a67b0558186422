"""Dossiers 零工档案 (S2, paper 5.1-1): what a gig worker can, wants and needs; every value with source, date, freshness."""

"""People 人: who somebody is, kept once and encrypted; what a market knows of them is a dossier (needs.dossiers)."""

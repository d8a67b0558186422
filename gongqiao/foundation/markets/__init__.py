"""Markets 零工市场/驿站: the tenants; every other row belongs to one and every query is scoped to it (S18)."""

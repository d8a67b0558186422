"""用工需求: employers' needs, verified before anybody sees them (paper 5.1)."""

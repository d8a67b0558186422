"""Regions 行政区划: the tree from province to community that markets, homes and workplaces hang in (paper 1; S18)."""

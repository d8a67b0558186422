"""The employer site: post, who comes, confirm hours and pay."""

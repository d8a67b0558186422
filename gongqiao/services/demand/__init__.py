"""Demand kept alive 需求常新: whom to ask today, and where hands and work miss each other (S3, paper 5.1-2)."""

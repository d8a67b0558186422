"""Tokens 令牌: a program of a person or of an organisation comes in over the API as one post, for some things only."""

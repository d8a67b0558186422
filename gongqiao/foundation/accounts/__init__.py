"""Accounts 帐号: signing in. Staff by password and a second factor, workers and employers by phone and code."""

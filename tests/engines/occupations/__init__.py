"""Tests of the occupation coder."""

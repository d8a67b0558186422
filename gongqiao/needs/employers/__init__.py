"""Employers 用工方 (S3, paper 5.1-2): who wants hands, with licence evidence seen by a named specialist."""

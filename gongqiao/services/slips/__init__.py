"""Slips 介绍信与回执: carried to the employer, and brought back signed (人力资源市场暂行条例 第三十三条)."""

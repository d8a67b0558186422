"""Posting lint 用工需求文字检查: data-driven rules that name the law and offer a legal wording (paper 5.1-2, 3.1).

Pure Python. `lint` says what the law forbids, what a specialist must decide, what to note; `missing_elements` says
which statutory elements a posting lacks (人力资源市场暂行条例 第二十四条).
"""

from gongqiao.needs.postings.lint.checks import lint
from gongqiao.needs.postings.lint.draft import Finding, MinimumPay, PostingDraft, Severity
from gongqiao.needs.postings.lint.elements import Element, missing_elements
from gongqiao.needs.postings.lint.rules import RuleSet, default_rules

__all__ = [
    "Element",
    "Finding",
    "MinimumPay",
    "PostingDraft",
    "RuleSet",
    "Severity",
    "default_rules",
    "lint",
    "missing_elements",
]

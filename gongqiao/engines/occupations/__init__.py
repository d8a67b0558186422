"""职业编码: a job title or a sentence -> ranked codes and trades, with the words that decided, or "not sure".

Pure Python and NumPy, one model file of a few MB, no network. Called through `foundation.occupations.coding`.
Paper: knowing the demand exactly (5.1) — the same work must get the same code at every desk.
"""

from gongqiao.engines.occupations.coder import Coder, Coding, Guess
from gongqiao.engines.occupations.documents import Document, Kind, Occupation, Tree
from gongqiao.engines.occupations.errors import ModelError, TextError
from gongqiao.engines.occupations.model import Model
from gongqiao.engines.occupations.softmax import Training
from gongqiao.engines.occupations.trades import TradeGuess, TradeWords

__all__ = [
    "Coder",
    "Coding",
    "Document",
    "Guess",
    "Kind",
    "Model",
    "ModelError",
    "Occupation",
    "TextError",
    "TradeGuess",
    "TradeWords",
    "Training",
    "Tree",
]

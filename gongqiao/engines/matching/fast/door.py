"""What the rest of the engine may ask of the compiled half."""

from gongqiao.engines.matching.fast.city import City
from gongqiao.engines.matching.fast.dayplan import day_plan
from gongqiao.engines.matching.fast.sale import sell
from gongqiao.engines.matching.fast.teaching import counted as taught

__all__ = ["City", "day_plan", "sell", "taught"]

"""What the rest of the engine may ask of the compiled half."""

from gongqiao.engines.matching.fast.auctioneer import PARTS_OF_A_POINT
from gongqiao.engines.matching.fast.city import City
from gongqiao.engines.matching.fast.dayplan import day_plan
from gongqiao.engines.matching.fast.regional import Desk
from gongqiao.engines.matching.fast.sale import sell
from gongqiao.engines.matching.fast.teaching import counted as taught

__all__ = ["PARTS_OF_A_POINT", "City", "Desk", "day_plan", "sell", "taught"]

"""Version 1: the same actions and queries as the screens. Public reading needs no token; every number is bounded."""

from gongqiao.api import wechat
from gongqiao.api.service import Service
from gongqiao.api.v1 import feeds, markets, me, postings, tickets, work

DESCRIPTION = """\
A public gig-labour market 零工市场 for programs. Read docs/api.md of the repository first.

Money is whole fen 分; times carry their offset; rows are paged by `cursor`; errors are RFC 9457 problem details in
Chinese or English (`Accept-Language`) with a `code` for programs. The session of a browser is never read here.
"""

api = Service(title="Gongqiao 工桥", version="1", description=DESCRIPTION)
for part in (markets, feeds, work, me, tickets, postings, wechat):
    api.add_router("", part.router)

"""工桥 Gongqiao: the operating system of public gig-labour markets. The map of the folders is docs/house.md."""

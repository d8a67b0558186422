"""表格: sheets that operators bring in (Excel, WPS, CSV), and sheets that go out. Paper 5.1: needs heard precisely."""

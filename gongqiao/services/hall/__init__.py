"""The hall 大厅: numbers, the windows that call them, who is here; for who comes in person (线下服务窗口, 5.1-3)."""

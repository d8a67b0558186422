"""我的资料: what the market holds about one person, for himself: seen, copied, put right, deleted (PIPL 44-50)."""

"""What the exact test reads of a shift and of a worker: columns of one row of whole numbers, together in memory."""

MINUTES = 60

S_ROW, S_X, S_Y, S_PLACED, S_TRADE, S_START, S_END, S_PAY, S_HAZARD, S_PAPERS, S_PAPERS_END = range(11)
S_BIT = 11  # the asked-for skill, NO_BIT or SEVERAL_BITS
S_FIRST_HOUR, S_LAST_HOUR = 12, 13  # the needed hours where they are those touched by [start, end), else -1
S_EMPLOYER = 14  # 31 bits of the number
SHIFT_FACTS = 16
NO_BIT, SEVERAL_BITS = -1, -2

W_ROW, W_X, W_Y, W_PLACED, W_LIMIT, W_FLOOR, W_POINTS, W_AGE16, W_AGE18 = range(9)
W_BUSY, W_BUSY_END, W_BLOCKED, W_BLOCKED_END, W_WORKED, W_WORKED_END = range(9, 15)
W_REFERENCE = 15  # pay is measured from here
W_TRADES, W_TRADES_END = 16, 17
WORKER_FACTS = 18
NEVER_OF_AGE = 2**31 - 1  # also where the date of birth is unknown

# Columns of the worker's half of the sieve while it is made, row by row: first those that are 32-bit floats.
R_X, R_Y, R_FLOOR, R_REFERENCE, R_BASE, R_KNOWN, R_REACH = range(7)
R_HELD, R_HELD_HIGH, R_PAPERS, R_PARTS, R_PARTS_HIGH, R_WISH = range(7, 13)
RECORD = 16

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongqiao.foundation.calendar import Interval, local_interval

CHINA = ZoneInfo("Asia/Shanghai")
DAY = date(2025, 3, 1)
START = datetime(2025, 3, 1, tzinfo=UTC)
INTERVALS = st.builds(
    lambda start, length: Interval(START + timedelta(minutes=start), START + timedelta(minutes=start + length)),
    st.integers(0, 60),
    st.integers(1, 60),
)


def test_a_shift_is_kept_in_utc() -> None:
    shift = local_interval(DAY, time(8), time(17, 30), CHINA)
    assert shift == Interval(datetime(2025, 3, 1, 0, 0, tzinfo=UTC), datetime(2025, 3, 1, 9, 30, tzinfo=UTC))
    assert shift.minutes == 570


@pytest.mark.parametrize(("end", "minutes"), [(time(4), 360), (time(22), 1440), (time(22, 1), 1)])
def test_a_shift_that_does_not_end_after_its_start_ends_next_day(end: time, minutes: int) -> None:
    assert local_interval(DAY, time(22), end, CHINA).minutes == minutes


def test_an_hour_lost_to_summer_time_is_not_worked() -> None:
    assert local_interval(date(2025, 3, 29), time(22), time(6), ZoneInfo("Europe/Berlin")).minutes == 420


def test_shifts_that_touch_do_not_overlap() -> None:
    early, late = local_interval(DAY, time(6), time(12), CHINA), local_interval(DAY, time(12), time(18), CHINA)
    assert (early.overlaps(late), late.overlaps(early), early.overlaps(early)) == (False, False, True)
    assert (early.contains(early.start), early.contains(early.end), late.contains(early.end)) == (True, False, True)


@given(INTERVALS, INTERVALS)
def test_overlap_is_mutual_and_means_a_shared_minute(a: Interval, b: Interval) -> None:
    minutes = (a.start + timedelta(minutes=offset) for offset in range(a.minutes))
    assert a.overlaps(b) == b.overlaps(a) == any(b.contains(minute) for minute in minutes)


@pytest.mark.parametrize("length", [0, -1])
def test_an_interval_that_does_not_last_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="must end after it starts"):
        Interval(START, START + timedelta(minutes=length))


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        Interval(datetime(2025, 3, 1), START)  # noqa: DTZ001

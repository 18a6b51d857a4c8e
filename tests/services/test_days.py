"""The zone a client names is remembered, but not without end."""

from datetime import UTC, date, datetime

from app.services.days import day_start, study_day, zone, zone_name


def test_names_that_clients_make_up_do_not_pile_up() -> None:
    for n in range(2000):
        assert zone(f"No/Such{n}") is UTC
    info = zone.cache_info()
    assert info.maxsize is not None and info.currsize <= info.maxsize <= 1000
    assert zone_name("No/Such1") == "UTC" and zone_name("Asia/Shanghai") == "Asia/Shanghai"


def test_a_day_starts_at_four() -> None:
    start = day_start(date(2026, 3, 2), "Asia/Shanghai")
    assert start == datetime(2026, 3, 1, 20, tzinfo=UTC)
    assert study_day(start, "Asia/Shanghai") == date(2026, 3, 2)

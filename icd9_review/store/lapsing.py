"""What lasts for a while by the clock: a worker's lease, a claim, a sign of life.

Each has the moment at which it runs out. A clock that goes back would give it all the time that
the clock was wrong: what has more than twice its while before it was given by such a clock, and
counts as run out. Twice, because the clocks of two machines may differ.
"""

from __future__ import annotations

from datetime import datetime, timedelta


def lasting(given: timedelta, now: datetime) -> tuple[datetime, datetime]:
    """Between which moments, both included, that ends which was given for so long and lasts now.

    >>> first, last = lasting(timedelta(minutes=15), datetime(2026, 3, 2, 12, 0))
    >>> f"{first:%H:%M:%S.%f}", f"{last:%H:%M}"
    ('12:00:00.000001', '12:30')
    """
    return now + timedelta.resolution, now + 2 * given

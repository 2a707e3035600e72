"""What the list amounts to."""

from typing import List

from reading.models import Item, Summary


def summarise(items: List[Item]) -> Summary:
    """Returns the numbers above the list."""
    unread = [item for item in items if not item.read]
    finished = len(items) - len(unread)
    # A good place for a breakpoint.
    minutes_left = sum(item.minutes for item in unread)
    return Summary(unread=len(unread), read=finished, minutes_left=minutes_left)

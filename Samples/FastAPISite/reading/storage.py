"""Where the list is kept: one SQLite file.

READING_DATA names its folder (on App Service: /home/data, which outlives a deployment).
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Iterator, List, Optional

from reading.models import Item, NewItem

SCHEMA = """
CREATE TABLE IF NOT EXISTS item (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    link TEXT,
    read INTEGER NOT NULL DEFAULT 0
);
"""


class ReadingList:
    """The list behind one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def items(self) -> List[Item]:
        """Returns all items, the unread ones first, then the newest first."""
        rows = self._connection.execute(
            "SELECT id, title, minutes, link, read FROM item ORDER BY read, id DESC"
        )
        return [Item(**dict(row)) for row in rows]

    def item(self, item_id: int) -> Optional[Item]:
        """Returns one item, or None."""
        row = self._connection.execute(
            "SELECT id, title, minutes, link, read FROM item WHERE id = ?", (item_id,)
        ).fetchone()
        return Item(**dict(row)) if row else None

    def add(self, new: NewItem) -> Item:
        """Adds an item and returns it."""
        link = str(new.link) if new.link else None
        with self._connection:
            cursor = self._connection.execute(
                "INSERT INTO item (title, minutes, link) VALUES (?, ?, ?)",
                (new.title, new.minutes, link),
            )
        return Item(id=cursor.lastrowid, title=new.title, minutes=new.minutes, link=link)

    def mark(self, item_id: int, read: bool) -> Optional[Item]:
        """Marks an item as read or unread and returns it, or None where there is none."""
        with self._connection:
            self._connection.execute("UPDATE item SET read = ? WHERE id = ?", (read, item_id))
        return self.item(item_id)


def reading_list() -> Iterator[ReadingList]:
    """Opens the list for one request."""
    default = Path(__file__).resolve().parent.parent / "data"
    folder = Path(os.environ.get("READING_DATA") or default)
    folder.mkdir(parents=True, exist_ok=True)
    # The framework may open, use and close it in three threads, one after the other.
    connection = sqlite3.connect(str(folder / "reading.sqlite3"), check_same_thread=False)
    with closing(connection):
        connection.row_factory = sqlite3.Row
        connection.executescript(SCHEMA)
        yield ReadingList(connection)

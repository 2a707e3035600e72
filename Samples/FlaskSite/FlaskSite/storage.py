"""Where the guestbook is kept: one SQLite file."""

import os
import secrets
import sqlite3
from contextlib import closing
from datetime import datetime, timezone

SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    message TEXT NOT NULL,
    written TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def connect(path):
    """Opens the database and creates what is missing in it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    connection.executescript(SCHEMA)
    return connection


def add_entry(path, name, message):
    """Adds one entry with the time of now."""
    written = datetime.now(timezone.utc).isoformat(timespec="seconds")
    with closing(connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO entry (name, message, written) VALUES (?, ?, ?)",
            (name, message, written),
        )


def entries(path):
    """Returns all entries, the newest first."""
    with closing(connect(path)) as connection:
        rows = connection.execute("SELECT name, message, written FROM entry ORDER BY id DESC")
        return [
            {
                "name": row["name"],
                "message": row["message"],
                "written": datetime.fromisoformat(row["written"]),
            }
            for row in rows
        ]


def secret_key(path):
    """Returns the key that signs sessions; the first process to ask makes it."""
    with closing(connect(path)) as connection, connection:
        connection.execute("INSERT OR IGNORE INTO setting VALUES ('secret_key', ?)", (secrets.token_hex(32),))
        row = connection.execute("SELECT value FROM setting WHERE name = 'secret_key'").fetchone()
        return row["value"]

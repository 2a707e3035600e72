"""What the system knows of TCP: which ports are listened on, and what a peer has not acknowledged yet.

Asking by connecting is no way: a connection that is closed at once ends debugpy's accept loop for good.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import struct
import sys

_LISTEN = 2  # MIB_TCP_STATE_LISTEN


def is_listening(port: int) -> bool | None:
    """Whether somebody listens on `port`; None where the system does not tell."""
    if os.path.exists("/proc/net/tcp"):
        return _is_listening_by_proc(port)
    ports = _from_windows()
    return None if ports is None else port in ports


def _is_listening_by_proc(port: int) -> bool:
    ending = f":{port:04X}"
    for name in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError), open(name, encoding="ascii") as file:
            # Linux names the listening sockets first; reading on, past all connections, may take many milliseconds.
            for row in file:
                columns = row.split()
                if len(columns) > 3 and columns[3] == "0A" and columns[1].endswith(ending):
                    return True
    return False


def _from_windows() -> set[int] | None:
    if sys.platform != "win32":
        return None
    import ctypes

    table = ctypes.windll.iphlpapi.GetTcpTable
    size = ctypes.c_ulong(0)
    table(None, ctypes.byref(size), False)
    for _ in range(3):  # the table may grow between asking for its size and for itself
        buffer = ctypes.create_string_buffer(size.value)
        if table(buffer, ctypes.byref(size), False) == 0:
            return parse_windows_table(buffer.raw)
    return None


def parse_windows_table(raw: bytes) -> set[int]:
    """The listening ports in a MIB_TCPTABLE: a count, then rows of state, address, port, address, port."""
    (count,) = struct.unpack_from("<I", raw)
    ports: set[int] = set()
    for row in range(count):
        state, _, port = struct.unpack_from("<III", raw, 4 + row * 20)
        if state == _LISTEN:
            ports.add((port & 0xFF) << 8 | (port >> 8) & 0xFF)  # in network order
    return ports


def unacknowledged(transport: asyncio.Transport) -> int:
    """How many octets the system holds for the peer; 0 where it does not tell."""
    if sys.platform != "linux":
        return 0
    import fcntl
    import termios

    connection = transport.get_extra_info("socket")
    try:
        return int(struct.unpack("i", fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0\0\0\0"))[0])
    except (OSError, ValueError, AttributeError):
        return 0

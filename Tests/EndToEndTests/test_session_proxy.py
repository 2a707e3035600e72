"""A whole debug session through a proxy, of HTTP or SOCKS: CONNECT, then TLS with the site behind it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from attaching import Attached
from debugging import Stand, arrives
from front_end import Proxy, SOCKSProxy
from tlsfront import NAME


@pytest.mark.parametrize("kind", [Proxy, SOCKSProxy])
def test_a_breakpoint_is_hit_through_a_proxy(
    kind: type[Proxy | SOCKSProxy], tmp_path: Path, wheel: Path
) -> None:
    with closing(Stand(tmp_path, wheel, "FlaskSite")) as site, closing(kind()) as proxy:
        place = f"{NAME}:{site.front.port}"
        attached = Attached(
            site.program,
            *("--site-url", f"https://{place}", "--ca-file", site.front.authority, "--port", "0"),
            cwd=site.project,
            HTTPS_PROXY=proxy.url,
            NO_PROXY="",
        )
        try:
            client = attached.debugger()
            client.attach({str(path): lines for path, lines in site.breakpoints.items()})
            page = site.visit()
            assert client.stopped_locals()
            assert client.frame["source"]["path"] in map(str, site.breakpoints)
            client.request("setBreakpoints", source={"path": client.frame["source"]["path"]}, breakpoints=[])
            client.resume()
            arrives(page)
            client.close()
            attached.says("session 1, the debugger has left")
        finally:
            assert attached.stop() == 130
        # The name is the proxy's to look up: nobody here knows it.
        assert len(proxy.places) >= 2 and set(proxy.places) == {place}

"""What IIS does with a published configuration, seen on small sites made by hand."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from handmade_sites import FASTCGI, Visitor
from program import ROOT, Program
from serving import Served, wait_until


def test_fastcgi_requests_carry_everything(site: Any, serve: Any) -> None:
    folder = site(f"<handlers>{FASTCGI}</handlers>", files={"lib/m.py": ""})
    visitor = Visitor(serve(folder).port)
    facts = visitor.facts("/a%20b/%C3%A9?x=1&y=%20", X_Test="yes")
    assert facts["path"].encode("latin-1").decode() == "/a b/é"
    assert (facts["query"], facts["header"], facts["script"]) == ("x=1&y=%20", "yes", "")
    assert facts["cwd"] == str(folder) and facts["setting"] == str(folder / "Data" / "x.db")
    assert facts["path0"] == str(folder / "lib")  # `Lib` there

    large = bytes(range(256)) * 20000
    facts = visitor.facts("/up", method="POST", body=large)
    assert (facts["size"], facts["sum"], facts["length"]) == (len(large), sum(large), str(len(large)))
    pieces = (large[start : start + 100_000] for start in range(0, len(large), 100_000))
    facts = visitor.facts("/up", method="PUT", body=pieces)
    assert (facts["size"], facts["sum"], facts["length"]) == (len(large), sum(large), str(len(large)))
    assert visitor("/", method="HEAD") == b"" and int(visitor.headers["content-length"]) > 100
    assert visitor("/stream") == b"".join(b"%d;" % number for number in range(20000))
    assert visitor.headers["transfer-encoding"] == "chunked"
    assert visitor.facts("/after")["path"] == "/after"


def test_fastcgi_answers_one_after_the_other_and_survives_failures(site: Any, serve: Any) -> None:
    served = serve(site(f"<handlers>{FASTCGI}</handlers>"))
    visitor = Visitor(served.port)
    first = visitor.facts("/")["pid"]
    text = visitor("/fail").decode()
    assert visitor.status == 500 and "RuntimeError: on purpose" in text
    assert visitor.facts("/")["pid"] == first
    began = time.monotonic()
    threads = [threading.Thread(target=lambda: Visitor(served.port)("/slow?0.4")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began > 1.1
    visitor("/end")
    assert visitor.status == 500
    wait_until(lambda: "the process 'site' ended with code 3" in served.log, "the news of the end")
    assert visitor.facts("/")["pid"] != first


def test_a_process_that_keeps_ending_is_given_up(site: Any, serve: Any) -> None:
    limits = '<fastCgi><application fullPath="C:\\Python311\\python.exe" rapidFailsPerMinute="3"'
    limits += ' arguments="C:\\Python311\\Lib\\site-packages\\wfastcgi.py"/></fastCgi>'
    served = serve(site(f"<handlers>{FASTCGI}</handlers>{limits}"))
    answers = []
    for _ in range(5):
        visitor = Visitor(served.port)
        text = visitor("/end").decode()
        answers.append((visitor.status, "3 times within a minute" in text))
    assert answers == [(500, False)] * 3 + [(502, True)] * 2
    wait_until(lambda: served.log.count("started as process") == 3, "the news of the starts")


def test_a_written_source_starts_fastcgi_anew(site: Any, serve: Any) -> None:
    folder = site(f"<handlers>{FASTCGI}</handlers>")
    served = serve(folder)
    visitor = Visitor(served.port)
    first = visitor.facts("/")["pid"]
    (folder / "app.py").write_text((folder / "app.py").read_text() + "\n# changed\n")
    wait_until(lambda: "app.py' was written" in served.log, "the end of the process")
    assert Visitor(served.port).facts("/")["pid"] != first


def test_what_is_written_while_the_process_starts_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "Templates" / "serve"))
    from host import watch

    monkeypatch.setattr(watch, "INTERVAL", 0.01)

    async def written() -> str:
        found: asyncio.Queue[str] = asyncio.Queue()
        watching = watch.Watch(str(tmp_path), r".*\.py", found.put)
        await watching.start()
        (tmp_path / "app.py").write_text("")
        name = await asyncio.wait_for(found.get(), 60)
        await watching.stop()
        return name

    assert asyncio.run(written()) == str(tmp_path / "app.py")


def test_rules_rewrite_redirect_and_answer(site: Any, serve: Any) -> None:
    rules = """
    <rewrite><rules>
      <rule name="static" stopProcessing="true"><conditions><add input="true" pattern="false"/></conditions></rule>
      <rule name="off" enabled="false"><match url=".*"/><action type="AbortRequest"/></rule>
      <rule name="old"><match url="^old/(.*)$"/><action type="Redirect" url="new/{R:1}" redirectType="Found"/></rule>
      <rule name="gone"><match url="^gone$" ignoreCase="false"/>
        <action type="CustomResponse" statusCode="410"/></rule>
      <rule name="post"><match url="^only-post$"/>
        <conditions><add input="{REQUEST_METHOD}" pattern="^POST$" negate="true"/></conditions>
        <action type="CustomResponse" statusCode="405"/></rule>
      <rule name="there" stopProcessing="true"><match url="(.*)"/>
        <conditions><add input="{REQUEST_FILENAME}" matchType="IsFile"/></conditions><action type="None"/></rule>
      <rule name="python"><match url="(.*)"/>
        <conditions><add input="{REQUEST_URI}" pattern="^/static/.*" negate="true"/></conditions>
        <action type="Rewrite" url="handler.fcgi/{R:1}" appendQueryString="true"/></rule>
      <rule name="odd"><match url="x"/><action type="Rewrite" url="{ToLower:{R:0}}"/></rule>
    </rules></rewrite>"""
    folder = site(
        f"<handlers>{FASTCGI.replace('*', 'handler.fcgi', 1)}</handlers>{rules}",
        files={"static/a.css": "a{}", "root.txt": "root"},
    )
    served = serve(folder)
    visitor = Visitor(served.port)
    facts = visitor.facts("/units?x=1")
    assert (facts["path"], facts["query"]) == ("/units", "x=1")
    visitor("/old/a%20b?q=1")
    assert (visitor.status, visitor.headers["location"]) == (302, "/new/a%20b?q=1")
    visitor("/gone")
    assert visitor.status == 410
    assert visitor.facts("/GONE")["path"] == "/GONE"
    visitor("/only-post")
    assert visitor.status == 405
    assert visitor.facts("/only-post", method="POST")["method"] == "POST"
    assert visitor("/root.txt") == b"root"
    assert visitor("/static/a.css") == b"a{}"
    visitor("/static/none.css")
    assert visitor.status == 404
    wait_until(lambda: "the rule 'odd' is left out" in served.log, "a word about the rule")
    assert "web.config" in served.log


def test_files_are_served_as_iis_does(site: Any, serve: Any) -> None:
    extra = """
    <staticContent><mimeMap fileExtension=".odd" mimeType="text/odd"/></staticContent>
    <httpProtocol><customHeaders><add name="X-Site" value="one"/></customHeaders></httpProtocol>
    <security><requestFiltering><hiddenSegments><add segment="secret.txt"/></hiddenSegments></requestFiltering></security>
    """
    folder = site(f"<handlers>{FASTCGI}</handlers>{extra}")
    static = folder / "static"
    static.mkdir()
    (static / "Web.config").write_text(
        "<configuration><system.webServer><handlers><remove name='python'/></handlers>"
        "</system.webServer></configuration>"
    )
    for name in ("Site.css", "x.odd", "x.unknown", "m.py", "secret.txt", "index.html"):
        (static / name).write_text(name)
    visitor = Visitor(serve(folder).port)
    assert visitor("/static/site.CSS") == b"Site.css"
    assert (visitor.headers["content-type"], visitor.headers["x-site"]) == ("text/css", "one")
    tag = visitor.headers["etag"]
    assert visitor("/static/site.css", If_None_Match=tag) == b"" and visitor.status == 304
    assert visitor("/static/x.odd") == b"x.odd" and visitor.headers["content-type"] == "text/odd"
    assert visitor("/static/") == b"index.html"
    visitor("/static")
    assert (visitor.status, visitor.headers["location"]) == (301, "/static/")
    for path in ("x.unknown", "m.py", "secret.txt", "none.css", "web.config", "../app.py", "%2e%2e/app.py"):
        visitor = Visitor(visitor.connection.port)
        visitor("/static/" + path)
        assert visitor.status in (400, 404), path
    visitor("/static/site.css", method="POST", body=b"x")
    assert visitor.status == 405
    visitor = Visitor(visitor.connection.port)
    assert visitor.facts("/other")["path"] == "/other" and visitor.headers["x-site"] == "one"


def test_what_only_windows_has_is_an_error_with_its_place(program: Program, site: Any) -> None:
    cases = [
        ("C:\\Windows\\System32\\cmd.exe", "/c run.cmd", "2:19", "runs on Windows only"),
        ("C:\\Python311\\python.exe", "D:\\elsewhere\\run.py", "3:5", "is outside of the site"),
    ]
    for path, arguments, place, text in cases:
        folder = site(f"\n    <httpPlatform processPath='{path}'\n    arguments='{arguments}'/>", "")
        result = program("serve", folder, cwd=folder.parent, status=65)
        assert f"site/web.config:{place}: error: " in result.err and text in result.err, result.err


def test_wfastcgi_missing_is_said_with_the_way_out(program: Program, site: Any, tmp_path: Path) -> None:
    import subprocess
    import sys

    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    served = Served(
        program, site(f"<handlers>{FASTCGI}</handlers>"), "--python", bare / "bin/python", cwd=tmp_path
    )
    visitor = Visitor(served.port)
    assert b"-m pip install wfastcgi" in visitor("/") and visitor.status == 502
    wait_until(lambda: "error: wfastcgi is not installed" in served.log, "the console's word")
    assert served.stop() == 130
    assert "interrupted" not in served.log


def test_an_interpreter_that_is_not_there_is_said_so(program: Program, site: Any) -> None:
    folder = site(f"<handlers>{FASTCGI}</handlers>")
    result = program("serve", folder, "--python", "/usr/bin/nope", cwd=folder.parent, status=69)
    assert "error: there is no program '/usr/bin/nope' (install Python" in result.err, result.err


def test_a_connection_is_not_held_up_by_another(site: Any, serve: Any) -> None:
    served = serve(site(f"<handlers>{FASTCGI}</handlers>"))
    with socket.create_connection(("127.0.0.1", served.port)) as slow:
        slow.sendall(b"POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
        assert Visitor(served.port).facts("/")["path"] == "/"

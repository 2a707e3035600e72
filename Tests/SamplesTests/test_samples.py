"""Every sample runs with its real server, does what it says, and passes its own tests."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from running import Browser, Form, copied, ran, serving

SERVERS = {
    "FlaskSite": ["runserver.py"],
    "DjangoSite": ["manage.py", "runserver", "--noreload", "127.0.0.1:PORT"],
    "BottleSite": ["app.py"],
    "FastAPISite": ["-m", "uvicorn", "main:app", "--host", "127.0.0.1", "--port", "PORT"],
}
PAGES = {
    "FlaskSite": ["/", "/home", "/guestbook", "/about"],
    "DjangoSite": ["/", "/polls/1/", "/polls/1/results/", "/about/", "/admin/login/"],
    "BottleSite": ["/", "/units", "/about"],
    "FastAPISite": ["/", "/about", "/docs"],
}
STATIC = {
    "FlaskSite": ("/static/content/", "FlaskSite/static/content"),
    "DjangoSite": ("/static/app/content/", "static/app/content"),
    "BottleSite": ("/static/content/", "static/content"),
    "FastAPISite": ("/static/", "static"),
}
OWN_TESTS = {
    "FlaskSite": ["-m", "pytest", "-q", "-p", "no:cacheprovider"],
    "DjangoSite": ["manage.py", "test"],
    "BottleSite": ["-m", "unittest"],
    "FastAPISite": ["-m", "pytest", "-q", "-p", "no:cacheprovider"],
}


@pytest.fixture(scope="module", params=list(SERVERS))
def site(request, tmp_path_factory):
    """Each sample in turn: its name, a copy of it, and the address where the copy is served."""
    name = request.param
    folder = copied(name, tmp_path_factory.mktemp(name))
    if name == "DjangoSite":
        ran(folder, "manage.py", "migrate", "--verbosity", "0")
    with serving(folder, SERVERS[name]) as address:
        yield name, folder, address


def test_pages_answer(site):
    name, _, address = site
    browser = Browser(address)
    for path in PAGES[name]:
        page = browser.page(path)
        assert (browser.status, browser.type.split(";")[0]) == (200, "text/html"), path
        assert "</html>" in page, path
    browser.page("/nowhere")
    assert browser.status == 404


def test_static_files_arrive_unchanged(site):
    name, folder, address = site
    browser = Browser(address)
    prefix, where = STATIC[name]
    for file, kind in [("site.css", "text/css"), ("favicon.svg", "image/svg+xml")]:
        assert browser.bytes(prefix + file) == (folder / where / file).read_bytes()
        assert (browser.status, browser.type.split(";")[0]) == (200, kind)
        assert prefix + file in browser.page("/"), "the page does not use its own file"


def sign_guestbook(browser):
    page = browser.submit("/guestbook", name="Grace", message="Found <it>\nin relay 70")
    assert browser.url.endswith("/guestbook")
    assert "Thank you, Grace." in page
    assert "Found &lt;it&gt;" in page
    assert "Found &lt;it&gt;" in browser.page("/")

    assert "Please write a message." in browser.submit("/guestbook", name="Grace", message=" ")
    assert browser.status == 422
    browser.page("/guestbook", {"name": "Eve", "message": "no token"})
    assert browser.status == 400
    assert "no token" not in browser.page("/guestbook")


def vote_once(browser):
    choice = Form(browser.page("/polls/1/")).options["choice"][1]
    page = browser.submit("/polls/1/", choice=choice)
    assert browser.url.endswith("/polls/1/results/")
    assert "“The debugger” was counted" in page
    assert "1 vote," in page
    browser.page("/polls/1/")
    assert browser.url.endswith("/polls/1/results/"), "the same visitor got a second ballot"

    other = Browser(browser.address)
    assert "Please choose one of the answers." in other.submit("/polls/1/")
    assert other.status == 422
    other.page("/polls/1/", {"choice": choice})
    assert other.status == 403, "a vote without the token was taken"
    assert "1 vote," in other.page("/polls/1/results/")


def convert_units(browser):
    assert "1 km = 0.621371 mi" in browser.page("/")
    assert "-40 °F = -40 °C" in browser.submit("/", value="-40", source="F", target="C")
    assert "Please type a number" in browser.submit("/", value='"><script>', source="F")
    assert browser.status == 422
    assert "Kilometres cannot become grams." in browser.submit("/", source="km", target="g")


def read_an_item(browser):
    page = browser.submit("/", title="R&D", minutes="12", link="https://example.org/a?b=1&c=2")
    assert browser.url.rstrip("/") == browser.address
    assert "R&amp;D" in page
    assert "1 unread, 12 minutes to go." in page
    page = browser.submit("/", action="/items/1/read")
    assert "1 done." in page
    assert browser.page("/api/summary") == '{"unread":0,"read":1,"minutes_left":0}'

    assert "minutes from 1 to 600" in browser.submit("/", title="Long", minutes="601")
    assert browser.status == 422
    browser.page("/add", {"title": "Eve", "minutes": "1"}, Sec_Fetch_Site="cross-site")
    assert browser.status == 403


FORMS = {
    "FlaskSite": sign_guestbook,
    "DjangoSite": vote_once,
    "BottleSite": convert_units,
    "FastAPISite": read_an_item,
}


def test_the_form_does_its_work(site):
    name, _, address = site
    FORMS[name](Browser(address))


def test_httpplatform_command_serves_a_new_site(tmp_path):
    folder = copied("DjangoSite", tmp_path)
    platform = ElementTree.parse(folder / "web.config").find("system.webServer/httpPlatform")
    command = platform.get("arguments").replace("%HTTP_PLATFORM_PORT%", "PORT")
    root = platform.find(".//environmentVariable[@name='PYTHONPATH']").get("value")
    arguments = [part.replace(root + "\\", "") for part in command.split(" ")]
    with serving(folder, arguments) as address:
        browser = Browser(address)
        assert "Tabs or spaces?" in browser.page("/"), "the database was not made"
        browser.bytes("/static/app/content/site.css")
        assert browser.status == 200


@pytest.mark.parametrize("name", ["FlaskSite", "BottleSite"])
def test_fastcgi_handler_is_an_application(name, tmp_path):
    folder = copied(name, tmp_path)
    added = ElementTree.parse(folder / "web.config").iterfind("appSettings/add")
    handler = {setting.get("key"): setting.get("value") for setting in added}["WSGI_HANDLER"]
    module, attribute = handler.rsplit(".", 1)
    printed = ran(
        folder,
        "-c",
        f"""import {module}, wsgiref.util
environ = {{}}
wsgiref.util.setup_testing_defaults(environ)
print(b"".join({module}.{attribute}(environ, lambda status, *_: print(status))).decode())""",
    )
    assert printed.startswith("200 OK")
    assert "</html>" in printed


@pytest.mark.parametrize("name", list(OWN_TESTS))
def test_own_tests_pass(name, tmp_path):
    printed = ran(copied(name, tmp_path), *OWN_TESTS[name])
    count = re.search(r"(\d+) passed|Ran (\d+) tests", printed)
    assert count and int(count[1] or count[2]) >= 9, printed


@pytest.mark.parametrize("name", list(SERVERS))
def test_there_is_one_place_for_a_breakpoint(name, tmp_path):
    folder = copied(name, tmp_path)
    lines = [line for file in folder.rglob("*.py") for line in file.read_text("utf-8").splitlines()]
    marked = [at for at, line in enumerate(lines) if line.strip() == "# A good place for a breakpoint."]
    assert len(marked) == 1
    assert re.match(r"    \w+ = ", lines[marked[0] + 1]), "nothing to stop at below the comment"

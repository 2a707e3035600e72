"""The guestbook as a visitor sees it: python -m pytest."""

import os
import re

os.environ.setdefault("SECRET_KEY", "only for tests")

import pytest  # noqa: E402

from FlaskSite import app  # noqa: E402
from FlaskSite.views import summarise  # noqa: E402


@pytest.fixture
def client(tmp_path):
    """A browser before an empty guestbook."""
    app.config.update(TESTING=True, DATABASE=str(tmp_path / "guestbook.sqlite3"))
    return app.test_client()


def post(client, **fields):
    """Fills in the form, with the token of the page."""
    page = client.get("/guestbook").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
    return client.post("/guestbook", data={"csrf_token": token, **fields}, follow_redirects=True)


@pytest.mark.parametrize("path", ["/", "/home", "/guestbook", "/about"])
def test_pages_answer(client, path):
    assert client.get(path).status_code == 200


def test_an_entry_appears(client):
    page = post(client, name=" Ada ", message="Hello <b>there</b>").get_data(as_text=True)
    assert "Thank you, Ada." in page
    assert "Hello &lt;b&gt;there&lt;/b&gt;" in page
    assert "Hello &lt;b&gt;" in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    "name, message, error",
    [
        ("", "Hello", "Please tell us your name."),
        ("Ada", "   ", "Please write a message."),
        ("Ada", "x" * 501, "A message has at most 500 characters."),
        ("A" * 41, "Hello", "A name has at most 40 characters here."),
    ],
)
def test_a_bad_entry_is_refused(client, name, message, error):
    answer = post(client, name=name, message=message)
    assert answer.status_code == 422
    assert error in answer.get_data(as_text=True)
    assert "The book is empty" in client.get("/guestbook").get_data(as_text=True)


def test_a_form_from_elsewhere_is_refused(client):
    answer = client.post("/guestbook", data={"name": "Eve", "message": "Hello"})
    assert answer.status_code == 400
    assert "Please try again" in answer.get_data(as_text=True)


def test_an_unknown_address_is_404(client):
    assert client.get("/nowhere").status_code == 404


def test_the_summary_of_nothing():
    assert summarise([]) == {"entries": 0, "authors": 0, "average": 0}


def test_the_summary_counts_people_once():
    entries = [{"name": "Ada", "message": "one two three"}, {"name": "ADA", "message": "four"}]
    assert summarise(entries) == {"entries": 2, "authors": 1, "average": 2}

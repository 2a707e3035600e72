"""The reading list for people and for programs: python -m pytest."""

import pytest
from fastapi.testclient import TestClient

from main import app
from reading.models import Item
from reading.summary import summarise


@pytest.fixture
def client(tmp_path, monkeypatch):
    """A browser before an empty list."""
    monkeypatch.setenv("READING_DATA", str(tmp_path))
    with TestClient(app) as browser:
        yield browser


@pytest.mark.parametrize("path", ["/", "/about", "/static/site.css", "/api/items", "/openapi.json"])
def test_addresses_answer(client, path):
    assert client.get(path).status_code == 200


def test_the_form_adds_an_item(client):
    page = client.post("/add", data={"title": " SICP & me ", "minutes": "90", "link": ""})
    assert page.status_code == 200
    assert "SICP &amp; me" in page.text
    assert "1 unread, 90 minutes to go." in page.text


@pytest.mark.parametrize(
    "field, value, problem",
    [
        ("title", "  ", "Please type a title"),
        ("title", "x" * 121, "Please type a title"),
        ("minutes", "many", "Please type a number of minutes"),
        ("minutes", "0", "Please type a number of minutes"),
        ("link", "javascript:alert(1)", "A link begins with"),
    ],
)
def test_the_form_says_what_is_wrong(client, field, value, problem):
    form = {"title": "SICP", "minutes": "90", "link": "", field: value}
    answer = client.post("/add", data=form)
    assert answer.status_code == 422
    assert problem in answer.text
    assert client.get("/api/items").json() == []


def test_items_are_marked_and_unmarked(client):
    item = client.post("/api/items", json={"title": "SICP", "minutes": 90}).json()
    assert "1 done." in client.post(f"/items/{item['id']}/read", data={"read": "true"}).text
    assert client.get("/api/summary").json() == {"unread": 0, "read": 1, "minutes_left": 0}
    assert client.put(f"/api/items/{item['id']}/read?read=false").json()["read"] is False
    assert client.post("/items/99/read", data={"read": "true"}).status_code == 404


def test_a_form_from_elsewhere_is_refused(client):
    form = {"title": "SICP", "minutes": "90"}
    answer = client.post("/add", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_programs_get_the_same_checks(client):
    assert client.post("/api/items", json={"title": "", "minutes": 90}).status_code == 422


def test_the_summary_counts_what_is_left():
    items = [
        Item(id=1, title="a", minutes=5),
        Item(id=2, title="b", minutes=7),
        Item(id=3, title="c", minutes=60, read=True),
    ]
    assert summarise(items).model_dump() == {"unread": 2, "read": 1, "minutes_left": 12}

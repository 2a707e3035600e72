"""The list for people."""

from pathlib import Path
from typing import Dict, Optional

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from pydantic import ValidationError

from reading.models import NewItem
from reading.storage import ReadingList, reading_list
from reading.summary import summarise

TEMPLATES = Jinja2Templates(directory=str(Path(__file__).resolve().parent.parent / "templates"))
PROBLEMS = {
    "title": "Please type a title of at most 120 characters.",
    "minutes": "Please type a number of minutes from 1 to 600.",
    "link": "A link begins with http:// or https://, or is left empty.",
}

router = APIRouter()


def from_this_site(request: Request) -> None:
    """Refuses a form that another site's page sent; every current browser says so."""
    if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise HTTPException(403, "this form was sent from another site")


def list_page(
    request: Request,
    reading: ReadingList,
    typed: Optional[Dict[str, str]] = None,
    problems: Optional[Dict[str, str]] = None,
) -> Response:
    """Renders the list with its form."""
    items = reading.items()
    content = {
        "summary": summarise(items),
        "items": items,
        "typed": typed or {},
        "problems": problems or {},
    }
    return TEMPLATES.TemplateResponse(request, "index.html", content, status_code=422 if problems else 200)


@router.get("/")
def home(request: Request, reading: ReadingList = Depends(reading_list)) -> Response:
    """The list."""
    return list_page(request, reading)


@router.post("/add", dependencies=[Depends(from_this_site)])
def add(
    request: Request,
    title: str = Form(""),
    minutes: str = Form(""),
    link: str = Form(""),
    reading: ReadingList = Depends(reading_list),
) -> Response:
    """Adds what the form says, or says what is wrong with it."""
    typed = {"title": title, "minutes": minutes, "link": link}
    try:
        new = NewItem.model_validate({**typed, "link": link.strip() or None})
    except ValidationError as error:
        fields = {str(problem["loc"][0]) for problem in error.errors()}
        return list_page(request, reading, typed, {field: PROBLEMS[field] for field in fields})
    reading.add(new)
    return RedirectResponse(request.url_for("home").path, status_code=303)


@router.post("/items/{item_id}/read", dependencies=[Depends(from_this_site)])
def mark(
    request: Request,
    item_id: int,
    read: bool = Form(...),
    reading: ReadingList = Depends(reading_list),
) -> Response:
    """Marks an item as read or unread."""
    if reading.mark(item_id, read) is None:
        raise HTTPException(404, "there is no such item")
    return RedirectResponse(request.url_for("home").path, status_code=303)


@router.get("/about")
def about(request: Request) -> Response:
    """What this site is."""
    return TEMPLATES.TemplateResponse(request, "about.html", {})

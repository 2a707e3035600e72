"""The list for programs."""

from typing import List

from fastapi import APIRouter, Depends, HTTPException

from reading.models import Item, NewItem, Summary
from reading.storage import ReadingList, reading_list
from reading.summary import summarise

router = APIRouter(prefix="/api", tags=["items"])


@router.get("/items")
def items(reading: ReadingList = Depends(reading_list)) -> List[Item]:
    """All items, the unread ones first."""
    return reading.items()


@router.post("/items", status_code=201)
def add(new: NewItem, reading: ReadingList = Depends(reading_list)) -> Item:
    """Adds an item."""
    return reading.add(new)


@router.put("/items/{item_id}/read")
def mark(item_id: int, read: bool, reading: ReadingList = Depends(reading_list)) -> Item:
    """Marks an item as read or unread."""
    item = reading.mark(item_id, read)
    if item is None:
        raise HTTPException(404, "there is no such item")
    return item


@router.get("/summary")
def summary(reading: ReadingList = Depends(reading_list)) -> Summary:
    """How much there is to read."""
    return summarise(reading.items())

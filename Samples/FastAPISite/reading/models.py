"""What an entry of the list is."""

from typing import Optional

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field


class NewItem(BaseModel):
    """Something to read, as a visitor adds it."""

    model_config = ConfigDict(str_strip_whitespace=True)

    title: str = Field(min_length=1, max_length=120)
    minutes: int = Field(ge=1, le=600)
    link: Optional[AnyHttpUrl] = None


class Item(BaseModel):
    """Something to read, as it stands in the list."""

    id: int
    title: str
    minutes: int
    link: Optional[str] = None
    read: bool = False


class Summary(BaseModel):
    """The numbers above the list."""

    unread: int
    read: int
    minutes_left: int

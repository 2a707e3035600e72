"""The reading list: python -m uvicorn main:app."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from reading import api, pages

HERE = Path(__file__).resolve().parent

app = FastAPI(title="Reading list", description="What to read, and how long it takes.")
app.mount("/static", StaticFiles(directory=str(HERE / "static")), name="static")
app.include_router(pages.router, include_in_schema=False)
app.include_router(api.router)

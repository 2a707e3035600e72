"""The pages of the converter."""

import os

from bottle import error, get, post, request, response, static_file, view

from converter import KINDS, ConversionError, convert, find, parse, written

STATIC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "static")


def sentence(number, source_key, target_key):
    """Returns a conversion in words."""
    source, target = find(source_key)[1], find(target_key)[1]
    result = convert(number, source_key, target_key)
    return f"{written(number)} {source.symbol} = {written(result)} {target.symbol}"


def page(value, source, target, result=None, problem=None):
    """Returns what the template of the form needs."""
    return {
        "title": "Convert",
        "kinds": KINDS,
        "value": value,
        "source": source,
        "target": target,
        "result": result,
        "problem": problem,
    }


@get("/")
@view("index")
def form():
    """The form, with an example filled in."""
    return page("1", "km", "mi", result=sentence(1, "km", "mi"))


@post("/")
@view("index")
def answer():
    """The form with its result, or with what is wrong."""
    value, source, target = (getattr(request.forms, name, "") for name in ("value", "source", "target"))
    try:
        return page(value, source, target, result=sentence(parse(value), source, target))
    except ConversionError as problem:
        response.status = 422
        return page(value, source, target, problem=str(problem))


@get("/units")
@view("units")
def units():
    """What one of each unit is in the first unit of its kind."""
    tables = []
    for kind, members in KINDS.items():
        base = next(iter(members))
        tables.append((kind, [(unit.name, sentence(1, key, base)) for key, unit in members.items()]))
    return {"title": "Units", "tables": tables}


@get("/about")
@view("about")
def about():
    """What this site is."""
    return {"title": "About"}


@get("/static/<path:path>")
def static(path):
    """A static file, where no web server answers for /static/ (IIS does: see web.config)."""
    return static_file(path, root=STATIC)


@error(404)
@view("missing")
def missing(_):
    """The page for addresses that lead nowhere."""
    return {"title": "Not here"}

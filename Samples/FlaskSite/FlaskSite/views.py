"""The pages of the guestbook."""

from flask import flash, redirect, render_template, url_for
from flask_wtf.csrf import CSRFError

from FlaskSite import app, storage
from FlaskSite.forms import EntryForm


def summarise(entries):
    """Returns the numbers that the home page shows."""
    authors = {entry["name"].casefold() for entry in entries}
    lengths = [len(entry["message"].split()) for entry in entries]
    words = sum(lengths)
    # A good place for a breakpoint.
    average = round(words / len(entries)) if entries else 0
    return {"entries": len(entries), "authors": len(authors), "average": average}


@app.template_filter("when")
def when(moment):
    """Writes a time the way the pages show it."""
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


@app.route("/")
@app.route("/home")
def home():
    """The home page: some numbers and the latest entries."""
    entries = storage.entries(app.config["DATABASE"])
    return render_template("index.html", summary=summarise(entries), latest=entries[:3])


@app.route("/guestbook", methods=["GET", "POST"])
def guestbook():
    """All entries, and the form that adds one."""
    form = EntryForm()
    if form.validate_on_submit():
        storage.add_entry(app.config["DATABASE"], form.name.data, form.message.data)
        flash(f"Thank you, {form.name.data}. Your entry is in the book.")
        return redirect(url_for("guestbook"), code=303)
    entries = storage.entries(app.config["DATABASE"])
    page = render_template("guestbook.html", form=form, entries=entries)
    return page, 422 if form.errors else 200


@app.route("/about")
def about():
    """What this site is."""
    return render_template("about.html")


@app.errorhandler(CSRFError)
def form_expired(error):
    """Tells a visitor whose form is too old, or who came from elsewhere, what to do."""
    return render_template("expired.html", reason=error.description), 400


@app.errorhandler(404)
def not_found(_):
    """The page for addresses that lead nowhere."""
    return render_template("missing.html"), 404

"""The form for a new entry."""

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length


def stripped(text):
    """Removes the blanks around what was typed."""
    return text.strip() if text else text


class EntryForm(FlaskForm):
    """A name and a message, both short enough to read."""

    name = StringField(
        "Your name",
        filters=[stripped],
        validators=[
            DataRequired("Please tell us your name."),
            Length(max=40, message="A name has at most 40 characters here."),
        ],
    )
    message = TextAreaField(
        "Your message",
        filters=[stripped],
        validators=[
            DataRequired("Please write a message."),
            Length(max=500, message="A message has at most 500 characters."),
        ],
    )

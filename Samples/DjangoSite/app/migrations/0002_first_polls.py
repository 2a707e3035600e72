"""Two polls to begin with, so that a new site is not empty."""

from django.db import migrations

POLLS = {
    "Where do you look first when a page fails?": [
        "The log",
        "The debugger",
        "The last change",
        "The ceiling",
    ],
    "Tabs or spaces?": ["Tabs", "Spaces", "Whatever the formatter says"],
}


def add_polls(apps, _):
    """Adds the polls."""
    question_model = apps.get_model("app", "Question")
    choice_model = apps.get_model("app", "Choice")
    for text, choices in POLLS.items():
        question = question_model.objects.create(text=text)
        choice_model.objects.bulk_create(choice_model(question=question, text=choice) for choice in choices)


class Migration(migrations.Migration):
    """Fills the tables of 0001."""

    dependencies = [("app", "0001_initial")]
    operations = [migrations.RunPython(add_polls, migrations.RunPython.noop)]

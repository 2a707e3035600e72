"""How polls are made: /admin/."""

from django.contrib import admin

from app.models import Choice, Question


class ChoiceInline(admin.TabularInline):
    """The choices, below their question."""

    model = Choice
    fields = ["text"]
    extra = 3


@admin.register(Question)
class QuestionAdmin(admin.ModelAdmin):
    """A question with its choices."""

    inlines = [ChoiceInline]
    list_display = ["text", "published"]

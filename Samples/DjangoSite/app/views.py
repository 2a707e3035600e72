"""The pages of the polls."""

from django.contrib import messages
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render

from app.forms import BallotForm
from app.models import Question


def standing(question):
    """Returns how a poll stands: each choice with its share, and the total."""
    choices = list(question.choices.all())
    total = sum(choice.votes for choice in choices)
    most = max((choice.votes for choice in choices), default=0)
    # A good place for a breakpoint.
    rows = [
        {
            "text": choice.text,
            "votes": choice.votes,
            "percent": round(100 * choice.votes / total) if total else 0,
            "leads": most > 0 and choice.votes == most,
        }
        for choice in choices
    ]
    return {"question": question, "rows": rows, "total": total}


def voted(request):
    """Returns the ids of the questions that this visitor has answered."""
    return request.session.get("voted", [])


def home(request):
    """All polls, the newest first."""
    polls = [standing(question) for question in Question.objects.prefetch_related("choices")]
    for poll in polls:
        poll["voted"] = poll["question"].id in voted(request)
    return render(request, "app/index.html", {"polls": polls})


def vote(request, question_id):
    """The ballot of one poll; a visitor has one vote."""
    question = get_object_or_404(Question, pk=question_id)
    if question.id in voted(request):
        messages.info(request, "You have voted in this poll already.")
        return redirect("results", question.id)
    form = BallotForm(question, request.POST if request.method == "POST" else None)
    if form.is_valid():
        choice = form.cleaned_data["choice"]
        # The database adds, so that two votes at once both count.
        question.choices.filter(pk=choice.pk).update(votes=F("votes") + 1)
        request.session["voted"] = [*voted(request), question.id]
        messages.success(request, f"Your vote for “{choice}” was counted.")
        return redirect("results", question.id)
    page = {"question": question, "form": form}
    return render(request, "app/vote.html", page, status=422 if form.is_bound else 200)


def results(request, question_id):
    """How one poll stands."""
    question = get_object_or_404(Question, pk=question_id)
    return render(request, "app/results.html", standing(question))


def about(request):
    """What this site is."""
    return render(request, "app/about.html")

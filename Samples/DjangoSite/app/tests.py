"""The polls as a visitor sees them: python manage.py test."""

from django.test import Client, TestCase
from django.urls import reverse

from app.models import Question
from app.views import standing


class PollTests(TestCase):
    """One poll with two choices."""

    def setUp(self):
        Question.objects.all().delete()
        self.question = Question.objects.create(text="Tea or coffee?")
        self.tea = self.question.choices.create(text="Tea")
        self.coffee = self.question.choices.create(text="Coffee")
        self.ballot = reverse("vote", args=[self.question.id])

    def test_pages_answer(self):
        for path in ["/", "/about/", self.ballot, reverse("results", args=[self.question.id])]:
            with self.subTest(path=path):
                self.assertEqual(self.client.get(path).status_code, 200)

    def test_a_vote_counts(self):
        answer = self.client.post(self.ballot, {"choice": self.tea.id}, follow=True)
        self.assertContains(answer, "was counted")
        self.tea.refresh_from_db()
        self.assertEqual(self.tea.votes, 1)

    def test_a_visitor_has_one_vote(self):
        for _ in range(2):
            answer = self.client.post(self.ballot, {"choice": self.tea.id}, follow=True)
        self.assertContains(answer, "voted in this poll already")
        self.tea.refresh_from_db()
        self.assertEqual(self.tea.votes, 1)

    def test_an_empty_ballot_is_refused(self):
        answer = self.client.post(self.ballot, {})
        self.assertContains(answer, "Please choose one of the answers.", status_code=422)

    def test_a_choice_of_another_poll_is_refused(self):
        other = Question.objects.create(text="Another?").choices.create(text="Yes")
        answer = self.client.post(self.ballot, {"choice": other.id})
        self.assertContains(answer, "That is not one of the answers.", status_code=422)

    def test_a_form_from_elsewhere_is_refused(self):
        stranger = Client(enforce_csrf_checks=True)
        answer = stranger.post(self.ballot, {"choice": self.tea.id})
        self.assertEqual(answer.status_code, 403)

    def test_an_unknown_poll_is_404(self):
        self.assertEqual(self.client.get(reverse("vote", args=[99999])).status_code, 404)

    def test_the_standing_has_shares(self):
        self.question.choices.filter(pk=self.tea.pk).update(votes=3)
        self.question.choices.filter(pk=self.coffee.pk).update(votes=1)
        result = standing(self.question)
        self.assertEqual(result["total"], 4)
        self.assertEqual([row["percent"] for row in result["rows"]], [75, 25])
        self.assertEqual([row["leads"] for row in result["rows"]], [True, False])

    def test_a_poll_without_votes_has_no_leader(self):
        self.assertFalse(any(row["leads"] for row in standing(self.question)["rows"]))


class FirstPollsTests(TestCase):
    """What a new site begins with."""

    def test_a_new_site_has_polls(self):
        self.assertEqual(Question.objects.count(), 2)
        self.assertContains(self.client.get("/"), "Tabs or spaces?")

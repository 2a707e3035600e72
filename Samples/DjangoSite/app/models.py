"""What a poll consists of."""

from django.db import models


class Question(models.Model):
    """What is asked."""

    text = models.CharField(max_length=200)
    published = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-published", "-id"]

    def __str__(self):
        return self.text


class Choice(models.Model):
    """One answer to a question, and how many gave it."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(max_length=100)
    votes = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.text

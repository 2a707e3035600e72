"""The ballot."""

from django import forms


class BallotForm(forms.Form):
    """One choice out of a question's."""

    choice = forms.ModelChoiceField(
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Please choose one of the answers.",
            "invalid_choice": "That is not one of the answers.",
        },
    )

    def __init__(self, question, *arguments, **options):
        super().__init__(*arguments, **options)
        self.fields["choice"].queryset = question.choices.all()

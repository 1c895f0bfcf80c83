"""Nothing that allauth can refuse goes without Vietnamese."""

from allauth.account.adapter import DefaultAccountAdapter
from django.utils import translation

from backend.accounts.sentences import SENTENCES, sentence


def test_every_code_of_allauth_is_translated():
    assert set(DefaultAccountAdapter.error_messages) - set(SENTENCES) == set()


def test_sentences_follow_the_language_of_the_request():
    with translation.override("en"):
        english = sentence("required")
    with translation.override("vi"):
        vietnamese = sentence("required")

    assert (vietnamese, english) == ("Cần điền ô này.", "Please fill this in.")

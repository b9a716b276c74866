"""A language is said where it is not that of the text around it."""

from feedsvc.pages.language import language_attributes


def test_a_language_is_said_once() -> None:
    assert language_attributes("en", "en-GB") == language_attributes("", "fa") == ""
    assert language_attributes("az", "az-Arab") == ' lang="az" dir="ltr"'
    assert language_attributes('"><b>', "en") == ' lang="&#34;&gt;&lt;b&gt;" dir="ltr"'

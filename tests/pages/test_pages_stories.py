"""A story in a list is printed once for all lists in which it looks the same, and anew where anything differs."""

from typing import Any

import pytest
from markupsafe import Markup
from msgspec.structs import replace
from pages_sample import ARTICLE, PICTURE, SITE_OF_NEWS

from feedsvc.pages.stories import Story, kept_stories


def test_a_story_that_looks_the_same_is_printed_once() -> None:
    printed: list[Story] = []

    def template(shown: Story) -> str:
        printed.append(shown)
        return f"<p>{shown.title}</p>"

    story = kept_stories(template)
    again = replace(ARTICLE, content="<p>Edited</p>", tags=("other",))
    assert story(ARTICLE, SITE_OF_NEWS, "", None, True) == story(again, SITE_OF_NEWS, "Elsewhere", None, True)
    assert isinstance(story(ARTICLE, SITE_OF_NEWS, "", None, True), Markup)
    assert len(printed) == 1


@pytest.mark.parametrize(
    ("changes", "site", "here", "picture", "summary"),
    [
        ({"title": "Another"}, {}, "", None, True),
        ({"url": "https://elsewhere.example/"}, {}, "", None, True),
        ({"summary": "Another"}, {}, "", None, True),
        ({"language": "fa"}, {}, "", None, True),
        ({"sections": (("Sport",),)}, {}, "", None, True),
        ({"published": ARTICLE.updated.replace(year=1999)}, {}, "", None, True),
        ({}, {"language": "de"}, "", None, True),
        ({}, {"timezone": "Asia/Tehran"}, "", None, True),
        ({}, {}, ARTICLE.sections[0][-1], None, True),
        ({}, {}, "", PICTURE, True),
        ({}, {}, "", None, False),
    ],
)
def test_whatever_a_reader_sees_of_it_makes_another_story(
    changes: dict[str, Any], site: dict[str, Any], here: str, picture: Any, summary: bool
) -> None:
    story = kept_stories(repr)
    first = story(ARTICLE, SITE_OF_NEWS, "", None, True)
    assert story(replace(ARTICLE, **changes), replace(SITE_OF_NEWS, **site), here, picture, summary) != first

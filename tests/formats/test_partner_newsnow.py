"""NewsNow: headlines that lead to the stories, and nothing of their texts or pictures."""

from partner_sample import full, items, judged


def test_it_has_headline_address_date_and_summary_and_no_text() -> None:
    (item,) = items("newsnow", full())
    assert item.findtext("title") == full().title
    assert item.findtext("link") == full().url
    assert item.findtext("pubDate") == "Mon, 19 Oct 2026 06:00:00 +0000"
    assert item.findtext("description") == full().summary
    assert not [each.tag for each in item if "encoded" in str(each.tag) or "media" in str(each.tag)]


def test_a_story_without_a_headline_is_held_back() -> None:
    assert not judged("newsnow", full(title=""))[0].accepted

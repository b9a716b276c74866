"""The summary of an article that has none."""

from feedsvc.model.excerpt import excerpt


def test_a_summary_is_the_start_of_the_first_paragraph_that_says_something() -> None:
    assert excerpt("<h2>Not this</h2><p> </p><p>This &amp; <b>that</b>.</p><p>Not this.</p>") == "This & that."
    assert excerpt("no <i>paragraph</i>") == "no paragraph"
    assert excerpt("") == ""
    assert len(excerpt(f"<p>{'word ' * 200}</p>")) <= 300

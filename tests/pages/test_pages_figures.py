"""Each picture, player or file is shown once, and only if it can be reached."""

from pages_sample import PICTURE, article

from feedsvc.model.article import Media
from feedsvc.model.urls import SITE
from feedsvc.pages.figures import figures_of, picture

FILM = Media(url=f"{SITE}/media/a.mp4", type="video/mp4")
TABLE = Media(url=f"{SITE}/media/a.pdf", type="application/pdf")
BAD = Media(url="javascript:alert(1)", type="image/png")


def test_a_picture_leads_and_the_rest_keeps_its_order() -> None:
    assert figures_of(article(media=(FILM, PICTURE, TABLE))) == (PICTURE, (FILM, TABLE))


def test_a_film_leads_where_there_is_no_picture_and_no_other_file_does() -> None:
    assert figures_of(article(media=(TABLE, FILM))) == (FILM, (TABLE,))
    assert figures_of(article(media=(TABLE,))) == (None, (TABLE,))


def test_what_the_text_shows_or_nobody_can_reach_is_left_out() -> None:
    assert figures_of(article(media=(PICTURE, BAD), content=f'<img src="{PICTURE.url}">')) == (None, ())
    odd = Media(url="https://a.example/x?a=1&b=2", type="image/png")
    assert figures_of(article(media=(odd,), content='<img src="https://a.example/x?a=1&amp;b=2">')) == (None, ())


def test_an_article_is_shown_among_others_by_its_first_picture_of_the_web() -> None:
    assert picture(article(media=(FILM, BAD, PICTURE))) == PICTURE
    assert picture(article(media=(FILM, BAD))) is None

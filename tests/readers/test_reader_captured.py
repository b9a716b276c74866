"""A saved page's text is its article: every paragraph once and in order, and nothing that belongs to the page."""

from datetime import UTC, datetime

import pytest

from feedsvc.model.article import ArticleCopy
from feedsvc.model.reader import ReaderOptions, Source, Unreadable
from feedsvc.readers import read, to_html

PAGE = (
    "Sport\u00a0  /\u00a0  Rowing\n"
    "\n"
    "Crew of 'Grey Heron' asks for a second boat as the lake rises again\n"
    "\n"
    "Rowers carry their boat over a flooded jetty at Low Mere, on April 2, 2026. (Photo by Lakeside Press)\n"
    "\n"
    'The crew of the "Grey Heron" has asked the club for a second boat, which the treasurer says it cannot pay.\n'
    "\n"
    "Two of the club's five boats were damaged in March — both by driftwood.\n"
    "\n"
    "“We row what floats – and not much floats,” the captain said.\n"
    "\n"
    "The club, however,\u00a0 has\u00a0 savings, members say.\n"
    "\n"
    "\n"
    "The Mere Gazette’s website can also be accessed at the following alternate addresses:\n"
    "\n"
    "www.meregazette.example.net\n"
    "\n"
    "SHARE THIS ARTICLE\n"
    "Mere Gazette News Roku"
)
BODY = [
    'The crew of the "Grey Heron" has asked the club for a second boat, which the treasurer says it cannot pay.',
    "Two of the club's five boats were damaged in March — both by driftwood.",
    "“We row what floats – and not much floats,” the captain said.",
    "The club, however, has savings, members say.",
]
TITLE = "Crew of 'Grey Heron' asks for a second boat as the lake rises again"
CAPTION = "Rowers carry their boat over a flooded jetty at Low Mere, on April 2, 2026."
FIRST = "The crew has asked the club for a second boat, which it cannot pay."
SECOND = "Two boats were damaged in March by driftwood."


def copy_of(text: str, *, path: str = "a.txt", picture: str = "", rules: ReaderOptions | None = None) -> ArticleCopy:
    return read(Source(path=path, data=text.encode(), picture=picture), rules or ReaderOptions()).copy


def page(*parts: str) -> str:
    return "\n\n".join((TITLE, *parts, FIRST, SECOND))


def body(copy: ArticleCopy) -> list[str]:
    return copy.body.split("\n\n") if copy.body else []


def test_a_saved_page_becomes_an_article() -> None:
    copy = copy_of(PAGE)
    assert copy.title == TITLE
    assert copy.sections == (("Sport", "Rowing"),)
    assert (copy.caption, copy.credit) == (CAPTION, "Lakeside Press")
    assert body(copy) == BODY
    assert copy.alternates == ("www.meregazette.example.net",)
    assert (copy.markup, copy.language, copy.published, copy.media) == ("text", "", None, ())


@pytest.mark.parametrize(
    "text",
    [
        PAGE.replace("\n", "\r\n"),
        PAGE.replace("\n", "\r"),
        "\ufeff" + PAGE,
        "\n\n \t\u00a0\n" + PAGE + "\n\n\n\n",
        PAGE.replace("\n\n", "\n\n\n \u00a0 \n\u200f\n\n"),
        PAGE.replace("\n\n", "\u2029"),
        PAGE.replace("\n", "\u2028"),
        PAGE.replace("however,", "how\u0000ever,".replace("\u0000", "\u200b")),
        PAGE.replace("Two of", "\x0bTwo\x07 of"),
        PAGE.replace("Two of", "\0Two\0 of"),
    ],
    ids=["CRLF", "CR", "BOM", "edges", "blank lines", "U+2029", "U+2028", "zero width", "controls", "NULs"],
)
def test_how_lines_end_and_what_is_invisible_changes_nothing(text: str) -> None:
    assert copy_of(text) == copy_of(PAGE)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding(encoding: str) -> None:
    assert read(Source(path="a.txt", data=PAGE.encode(encoding)), ReaderOptions()).copy == copy_of(PAGE)


@pytest.mark.parametrize(
    ("line", "sections"),
    [
        ("News   /   EU", ("News", "EU")),
        ("News / EU", ("News", "EU")),
        ("News\u00a0/\u00a0EU", ("News", "EU")),
        ("News\u00a0 /\u00a0 Middle East /\tYemen / Sana'a", ("News", "Middle East", "Yemen", "Sana'a")),
        ("Arts & Culture / Film", ("Arts & Culture", "Film")),
        ("World / U.S. / Politics", ("World", "U.S.", "Politics")),
        ("World / Asia/Pacific", ("World", "Asia/Pacific")),
        ("You are here: Home > News > EU", ("News", "EU")),
        ("Sie sind hier: Startseite / Nachrichten", ("Nachrichten",)),
        ("您的位置：首页 > 新闻", ("新闻",)),
        ("News /", ("News",)),
        ("News   /   ", ("News",)),
        ("/ News / EU", ("News", "EU")),
        ("News", ("News",)),
        ("اخبار   /   خاورمیانه", ("اخبار", "خاورمیانه")),
        ("Новости / Европа", ("Новости", "Европа")),
        ("新闻 / 欧洲", ("新闻", "欧洲")),
        ("a   /   b / c/ d / e / f", ("a", "b", "c/ d", "e", "f")),
    ],
)
def test_a_breadcrumb_names_the_sections(line: str, sections: tuple[str, ...]) -> None:
    copy = copy_of(f"{line}\n\n{TITLE}\n\n{FIRST}")
    assert (copy.sections, copy.title, body(copy)) == ((sections,), TITLE, [FIRST])


@pytest.mark.parametrize(
    "title",
    [
        "Talks on ferries / buses end without a result in Port Arden",
        "Iran / US: talks resume in Vienna",
        "Win / lose? What the deal means for six harbour towns",
        "Sinn Féin / DUP deal close",
        "Rail / ferry strike",
        "9/11 memorial opens",
        "AC/DC play Port Arden",
        "and/or",
        "Obituary",
        "News from the coast",
        "Strike ends",
        "https://www.example.com/ goes dark",
        "‘Yes / No’ is not an answer, says minister",
        "Advertisement",
        "* * *",
    ],
)
def test_a_headline_with_a_slash_or_of_one_word_stays_the_headline(title: str) -> None:
    copy = copy_of(f"{title}\n\n{FIRST}\n\n{SECOND}")
    assert (copy.sections, copy.title, body(copy)) == ((), title, [FIRST, SECOND])


@pytest.mark.parametrize("title", ["Ferries", "Strike ends", "罢工结束", "Strike ends after 1 day", "Они вернулись"])
@pytest.mark.parametrize("line", ["News / EU", "Новости / Европа", "新闻 / 欧洲", "News"])
def test_below_a_breadcrumb_a_headline_may_be_short(line: str, title: str) -> None:
    copy = copy_of(f"{line}\n\n{title}\n\n{FIRST}")
    assert (copy.sections, copy.title, body(copy)) == ((tuple(line.split(" / ")),), title, [FIRST])


@pytest.mark.parametrize("line", ["News / EU", "world / asia", "Sport / Rowing / Lakes", "Valmere / Port Arden"])
def test_sections_that_everybody_has_and_bare_names_are_a_breadcrumb_above_anything(line: str) -> None:
    title = "The ferries are back" + ("." if line[0].isupper() else "")
    copy = copy_of(f"{line}\n\n{title}\n\n{FIRST}")
    assert (copy.sections, copy.title, body(copy)) == ((tuple(line.split(" / ")),), title, [FIRST])


@pytest.mark.parametrize("title", ["EU / UK talks resume", "Rowers / sailors meet", "Sinn Féin / DUP deal close"])
def test_a_headline_with_a_slash_stays_one_above_a_body_without_a_full_stop(title: str) -> None:
    copy = copy_of(f"{title}\n\nFirst paragraph\n\nSecond paragraph")
    assert (copy.sections, copy.title) == ((), title)


def test_what_a_long_paragraph_follows_is_the_headline() -> None:
    assert copy_of(f"Rail\u00a0 / ferry\n\n{FIRST} {SECOND} {FIRST} {SECOND}").title == "Rail / ferry"


def test_what_a_date_or_a_caption_follows_is_the_headline() -> None:
    assert copy_of("Rail / ferry\n\n15 November 2021\n\nText").title == "Rail / ferry"
    assert copy_of("Rail   /   ferry\n\nA jetty. (Photo by AFP)\n\nText").title == "Rail / ferry"


def test_a_single_name_is_a_section_in_the_folder_of_that_name() -> None:
    text = f"Low Mere\n\n{TITLE}\n\n{FIRST}"
    assert copy_of(text, path="news/low-mere/a.txt").sections == (("Low Mere",),)
    assert copy_of(text).title == "Low Mere"


def test_a_breadcrumb_is_only_on_the_first_line() -> None:
    copy = copy_of(f"{TITLE}\n\nNews   /   EU\n\n{FIRST}")
    assert (copy.sections, body(copy)) == ((), ["News / EU", FIRST])


AT_752 = datetime(2021, 11, 15, 7, 52, tzinfo=UTC)
AT_810 = datetime(2021, 11, 15, 8, 10, tzinfo=UTC)
DAY = datetime(2021, 11, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        ("Monday, 15 November 2021 7:52 AM  [ Last Update: Monday, 15 November 2021 8:10 AM ]", AT_752, AT_810),
        ("Monday, 15 November 2021 7:52 AM", AT_752, None),
        ("Monday, 15 November 2021 7:52 AM\n[ Last Update: Monday, 15 November 2021 8:10 AM ]", AT_752, AT_810),
        ("Published: 15 Nov 2021 07:52 GMT", AT_752, None),
        ("Published: 15 Nov 2021 07:52 GMT | Updated: 15 Nov 2021 08:10 GMT", AT_752, AT_810),
        ("Published 15 November 2021, updated on 15 November 2021", DAY, DAY),
        ("Last Updated: Monday, 15 November 2021 8:10 AM", None, AT_810),
        ("Updated 15 November 2021 – 8:10 am", None, AT_810),
        ("15 November 2021", DAY, None),
        ("2021-11-15 07:52", AT_752, None),
        ("2021-11-15T07:52:00Z", AT_752, None),
        ("November 15, 2021, 7:52 am", AT_752, None),
        ("Nov. 15th, 2021 at 7:52 a.m.", AT_752, None),
        ("MONDAY, 15 NOVEMBER 2021 7:52 AM", AT_752, None),
        ("15 November 2021 • 07:52", AT_752, None),
        ("(15 November 2021)", DAY, None),
        ("Posted on: Mon, 15 Nov 2021 09:52:00 +0200", AT_752, None),
        ("Date: 15.11.2021", DAY, None),
        ("Monday, 15 November 2021 11:22 AM (GMT+3:30)", AT_752, None),
        ("15 November 2021 11:22 (GMT+3:30) [ Last Update: 15 November 2021 11:40 GMT+03:30 ]", AT_752, AT_810),
        ("Mon, 15 Nov 2021 07:52:00 +0000 (UTC)", AT_752, None),
        ("Last modified 2021-11-15 08:10", None, AT_810),
    ],
)
def test_date_lines_give_the_dates(line: str, published: datetime | None, updated: datetime | None) -> None:
    copy = copy_of(page(line))
    assert (copy.published, copy.updated, body(copy)) == (published, updated, [FIRST, SECOND])


def test_a_date_line_may_follow_the_headline_or_the_caption_at_once() -> None:
    for text in (
        f"{TITLE}\n15 November 2021\n\n{FIRST}",
        f"{TITLE}\n\nA jetty. (Photo: X)\n\n15 November 2021\n\n{FIRST}",
    ):
        copy = copy_of(text)
        assert (copy.title, copy.published, body(copy)) == (TITLE, DAY, [FIRST])


def test_a_date_line_without_zone_is_in_the_newsrooms() -> None:
    copy = copy_of(page("15 November 2021 07:52"), rules=ReaderOptions(timezone="Asia/Tehran"))
    assert copy.published == datetime(2021, 11, 15, 4, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "On 15 November 2021 the crew went home.",
        "It was last updated on 15 November 2021",
        "7:52 AM",
        "November 2021",
        "15 November",
        "Updated: 2 hours ago",
        "2021",
        "15 November 2021, updated rules for ferries",
    ],
)
def test_what_is_not_wholly_a_date_stays_in_the_body(line: str) -> None:
    copy = copy_of(page(line))
    assert (copy.published, copy.updated, body(copy)) == (None, None, [line, FIRST, SECOND])


def test_a_date_further_down_stays_in_the_body() -> None:
    copy = copy_of(f"{TITLE}\n\n{FIRST}\n\n15 November 2021\n\n{SECOND}")
    assert (copy.published, body(copy)) == (None, [FIRST, "15 November 2021", SECOND])


def test_a_date_that_cannot_be_read_is_kept_and_reported() -> None:
    line = "15 Nov 2021 07:52 IST"
    reading = read(Source(path="a.txt", data=page(line).encode()), ReaderOptions())
    assert body(reading.copy) == [line, FIRST, SECOND]
    assert [(problem.place, problem.warning) for problem in reading.problems] == [("a.txt", True)]
    assert line in reading.problems[0].reason


@pytest.mark.parametrize(
    ("ending", "credit"),
    [
        ("(Photo by AFP)", "AFP"),
        ("(photo by afp)", "afp"),
        ("(File photo by Jane Doe)", "Jane Doe"),
        ("(Photo: Jane Doe/AFP)", "Jane Doe/AFP"),
        ("(Photo : AFP)", "AFP"),
        ("(Photo/AFP)", "AFP"),
        ("(AFP photo)", "AFP"),
        ("(AFP file photo)", "AFP"),
        ("(Reuters/File photo)", "Reuters"),
        ("(via X)", "X"),
        ("(via Reuters)", "Reuters"),
        ("(Photo via Getty Images)", "Getty Images"),
        ("(Photo courtesy of Low Mere Rowing Club)", "Low Mere Rowing Club"),
        ("(Courtesy of Low Mere Rowing Club)", "Low Mere Rowing Club"),
        ("(Getty Images)", "Getty Images"),
        ("(Jane Doe/Reuters)", "Jane Doe/Reuters"),
        ("(AP/Jane Doe)", "AP/Jane Doe"),
        ("(AFP)", "AFP"),
        ("(Image: NASA)", "NASA"),
        ("(Screengrab from Mere TV)", "Mere TV"),
        ("(Illustration by Jane Doe)", "Jane Doe"),
        ("(© Jane Doe)", "Jane Doe"),
        ("(Credit: Jane Doe)", "Jane Doe"),
        ("(Source: Jane Doe)", "Jane Doe"),
        ("[Photo by AFP]", "AFP"),
        ("(Foto: Jane Doe)", "Jane Doe"),
        ("(عکس: ایرنا)", "ایرنا"),
        ("(Photo by AFP).", "AFP"),
        ("Photo: Jane Doe", "Jane Doe"),
        ("Foto: Jane Doe/dpa.", "Jane Doe/dpa"),
        ("© Jane Doe/Reuters", "Jane Doe/Reuters"),
        ("Photo credit: AFP", "AFP"),
    ],
)
def test_a_paragraph_that_ends_in_a_credit_is_the_caption(ending: str, credit: str) -> None:
    copy = copy_of(page(f"{CAPTION} {ending}"))
    assert (copy.caption, copy.credit, body(copy)) == (CAPTION, credit, [FIRST, SECOND])


def test_a_caption_ends_with_its_credit_even_where_the_body_follows_at_once() -> None:
    copy = copy_of(f"{TITLE}\n\n{CAPTION}\n(Photo by AFP)\n{FIRST}\n\n{SECOND}")
    assert (copy.caption, copy.credit, body(copy)) == (CAPTION, "AFP", [FIRST, SECOND])


def test_a_wrapped_caption_is_one_caption() -> None:
    copy = copy_of(page("Rowers carry their boat over\na flooded jetty (at Low\nMere). (Photo by\nJane Doe of AFP)"))
    caption = "Rowers carry their boat over a flooded jetty (at Low Mere)."
    assert (copy.caption, copy.credit) == (caption, "Jane Doe of AFP")
    assert body(copy) == [FIRST, SECOND]


def test_a_wrapped_paragraph_that_names_an_agency_in_passing_is_no_caption() -> None:
    text = "The club has told Agence France-Presse (AFP)\nthat it will buy a boat."
    assert body(copy_of(page(text)))[0] == text.replace("\n", " ")


def test_a_picture_of_nobodys_keeps_that_remark() -> None:
    copy = copy_of(page("A flooded jetty (File photo)"))
    assert (copy.caption, copy.credit) == ("A flooded jetty (File photo)", "")


def test_a_credit_may_stand_below_its_caption() -> None:
    for between in ("\n", "\n\n"):
        copy = copy_of(page(f"{CAPTION}{between}(Photo by AFP)"))
        assert (copy.caption, copy.credit, body(copy)) == (CAPTION, "AFP", [FIRST, SECOND])


@pytest.mark.parametrize(
    "line",
    [
        "The agency says so, according to Agence France-Presse (AFP).",
        "The boat came back (see picture)",
        "The crew was happy (by far the best)",
        "He rowed for the club (1999)",
        "The captain spoke (in Farsi)",
        "A flooded jetty at Low Mere",
        "They asked (again)",
        "He took none. Photo: the light was gone.",
        "Photos: who may take them, and where",
    ],
)
def test_what_has_no_credit_is_body(line: str) -> None:
    copy = copy_of(page(line), picture="a.jpg")
    assert (copy.caption, body(copy)) == ("", [line, FIRST, SECOND])


def test_a_credit_further_down_stays_in_the_body() -> None:
    line = "The second boat. (Photo by AFP)"
    copy = copy_of(f"{TITLE}\n\n{FIRST}\n\n{SECOND}\n\n{line}")
    assert (copy.caption, body(copy)) == ("", [FIRST, SECOND, line])


def test_caption_and_credit_go_to_the_picture_beside_the_file() -> None:
    copy = copy_of(PAGE, path="sport/a.txt", picture="sport/a.jpg")
    (lead,) = copy.media
    assert (lead.description, lead.credit, lead.type) == (CAPTION, "Lakeside Press", "image/jpeg")
    assert (lead.file, lead.url) == ("sport/a.jpg", "https://site.invalid/media/sport/a.jpg")
    assert (copy.caption, copy.credit) == ("", "")


FURNITURE = [
    "SHARE THIS ARTICLE",
    "Share this story",
    "Mere Gazette News Roku",
    "Mere Gazette TV Roku Channel",
    "Roku",
    "Read more",
    "READ MORE:",
    "Read more: Ferry strike enters third week",
    "Read also: Ferry strike enters third week",
    "Read more »",
    "read more...",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_never_body_wherever_it_stands(line: str) -> None:
    for parts in ([line, FIRST, SECOND], [FIRST, line, SECOND], [FIRST, SECOND, line], [FIRST + "\n" + line, SECOND]):
        assert body(copy_of("\n\n".join([TITLE, *parts]))) == [FIRST, SECOND]


@pytest.mark.parametrize("line", ["Port Arden TV", "Lake Live", "Mere News Network", "مرداب TV"])
def test_a_channel_of_any_name_goes_with_the_share_line_above_it(line: str) -> None:
    assert body(copy_of(f"{page()}\n\nSHARE THIS ARTICLE\n{line}\n")) == [FIRST, SECOND]
    assert body(copy_of(f"{page()}\n\n{line}\n")) == [FIRST, SECOND, line]
    assert body(copy_of(f"{TITLE}\n\n{FIRST}\n\nShare\n\n{line}\n\n{SECOND}")) == [FIRST, line, SECOND]


@pytest.mark.parametrize("line", ["The boats are on TV.", "TV", "All of the crew saw it live on the channel"])
def test_what_is_no_name_of_a_channel_is_kept_below_the_share_line(line: str) -> None:
    assert body(copy_of(f"{page()}\n\nSHARE THIS ARTICLE\n{line}\n")) == [FIRST, SECOND, line]


def test_furniture_above_the_headline_is_not_the_headline() -> None:
    assert copy_of(f"SHARE THIS ARTICLE\n\nNews   /   EU\n\nShare\n\n{TITLE}\n\n{FIRST}").title == TITLE


@pytest.mark.parametrize(
    "line",
    [
        "They ask everybody to read more about the lake, the captain said.",
        "Read more books, the captain said to the crew of the second boat.",
        "Share this article with whom you like, said the treasurer.",
        "Roku has bought the rights to the race.",
        "The Mere Gazette website can also be accessed at alternate addresses, the hackers said.",
        "www.meregazette.example.net",
        "Regatta goes to Roku",
        "The race is on Roku, and on the club's own channel, from nine in the morning.",
    ],
)
def test_a_sentence_that_only_mentions_furniture_is_kept(line: str) -> None:
    assert body(copy_of(page(line))) == [line, FIRST, SECOND]


def test_a_heading_that_begins_with_the_outlets_name_is_kept() -> None:
    furniture = "The Mere Gazette’s website can also be accessed at the following alternate addresses:\n\na.example"
    text = page("Mere Gazette wins award", "Mere Gazette TV", "MERE GAZETTE NEWS ROKU", furniture)
    assert body(copy_of(text)) == ["Mere Gazette wins award", FIRST, SECOND]


def test_a_wrapped_sentence_is_not_torn_by_a_line_that_reads_like_furniture() -> None:
    text = "They told the crew to\nread more\nand to row less, as the\nNewsletter has it."
    assert body(copy_of(page(text), rules=ReaderOptions(furniture=("Newsletter",))))[0] == text.replace("\n", " ")


@pytest.mark.parametrize("line", ["Follow us on Telegram", "FOLLOW US", "follow us: @mere", "Follow us!"])
def test_the_newsrooms_own_furniture_goes_by_line_and_by_start(line: str) -> None:
    rules = ReaderOptions(furniture=("Follow us", "Newsletter"))
    assert body(copy_of(page(line), rules=rules)) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "line",
    [
        "Follow users is what the treasurer says.",
        "Follow us to the lake, the captain said, and look at what the water and the driftwood did to the jetty.",
        "They said: Follow us",
    ],
)
def test_the_newsrooms_own_furniture_does_not_take_sentences(line: str) -> None:
    assert body(copy_of(page(line), rules=ReaderOptions(furniture=("Follow us", "")))) == [line, FIRST, SECOND]


def test_the_newsrooms_own_furniture_does_not_take_headline_or_breadcrumb() -> None:
    copy = copy_of(f"News   /   EU\n\nNews of the lake\n\n{FIRST}", rules=ReaderOptions(furniture=("News",)))
    assert (copy.title, copy.sections) == ("News of the lake", (("News", "EU"),))


@pytest.mark.parametrize(
    "sentence",
    [
        "The Mere Gazette’s website can also be accessed at the following alternate addresses:",
        "The Mere Gazette's website can also be accessed at the following alternate addresses:",
        "Mere Gazette website can also be reached at these alternative addresses :",
        "You can also visit our website at the following mirror addresses:",
        "Our site is also available at the following addresses:",
        "Visit our MİRROR site at:",
        "You can alſo reach our ſite at this domain:",
        "THE MERE GAZETTE’S WEBSITE CAN ALSO BE ACCESSED AT THE FOLLOWING ALTERNATE ADDRESSES",
        "The Mere Gazette’s website can also be accessed at\nthe following alternate addresses:",
    ],
)
@pytest.mark.parametrize(
    "block",
    [
        "www.mere.example\n\nHTTPS://Mere.Example.NET:8443/news",
        "www.mere.example\nmere.example.net",
        "www.mere.example, mere.example.net",
        "- www.mere.example\n- http://mere.example.net/.",
        "SHARE THIS ARTICLE\n\nwww.mere.example\n\nRead more\n\nmere.example.net",
    ],
)
def test_alternate_addresses_are_data_and_never_body(sentence: str, block: str) -> None:
    copy = copy_of(f"{page()}\n\n{sentence}\n\n{block}\n\nSHARE THIS ARTICLE\nMere Gazette TV")
    assert copy.alternates == ("www.mere.example", "mere.example.net")
    assert body(copy) == [FIRST, SECOND]


def test_alternate_addresses_may_stand_on_the_line_that_announces_them() -> None:
    line = (
        "The Mere Gazette’s website can also be accessed at the following alternate addresses: a.example and b.example."
    )
    copy = copy_of(f"{page()}\n\n{line}")
    assert (copy.alternates, body(copy)) == (("a.example", "b.example"), [FIRST, SECOND])


def test_text_after_the_alternate_addresses_is_still_body() -> None:
    furniture = "The Mere Gazette’s website can also be accessed at the following alternate addresses:\n\na.example"
    assert body(copy_of(f"{TITLE}\n\n{FIRST}\n\n{furniture}\n\n{SECOND}")) == [FIRST, SECOND]


def test_wrapped_lines_are_one_paragraph() -> None:
    wrapped = "The crew has asked the club\nfor a second boat,\nwhich it cannot pay."
    assert body(copy_of(f"{TITLE}\n\n{wrapped}\n\n{SECOND}")) == [FIRST, SECOND]


def test_a_wrapped_headline_is_one_headline() -> None:
    text = (
        "Crew of the Grey Heron asks\nfor a second boat\n\nThe crew has asked the club\nfor a second boat,"
        " which it\ncannot pay.\n\nTwo boats were damaged in\nMarch by driftwood.\n"
    )
    copy = copy_of(text)
    assert copy.title == "Crew of the Grey Heron asks for a second boat"
    assert body(copy) == [FIRST, SECOND]


def test_a_list_keeps_its_lines() -> None:
    copy = copy_of(page("The crew wants:\n- a boat\n- two oars,\nboth long\n- a jetty"))
    assert body(copy)[0] == "The crew wants:\n- a boat\n- two oars, both long\n- a jetty"
    assert "<p>The crew wants:<br>- a boat<br>" in to_html(copy, "")


def test_a_dash_at_the_start_of_a_wrapped_line_is_no_list() -> None:
    assert body(copy_of(page("The crew rows\n– mostly at night\n– and sings.")))[0] == (
        "The crew rows – mostly at night – and sings."
    )


def test_without_any_empty_line_every_line_is_a_paragraph() -> None:
    copy = copy_of(
        f"News / EU\n{TITLE}\n15 November 2021\n{CAPTION} (Photo by AFP)\n{FIRST}\n{SECOND}\nSHARE THIS ARTICLE"
    )
    assert (copy.title, copy.sections, copy.credit) == (TITLE, (("News", "EU"),), "AFP")
    assert body(copy) == [FIRST, SECOND]


def test_right_to_left_text_is_as_good_as_any() -> None:
    text = "اخبار   /   اروپا\n\nتیتر خبر امروز\n\nمردم در بندر. (عکس: ایرنا)\n\nمتن می‌گوید که …\n\nبند دوم؟"
    copy = copy_of(text)
    assert (copy.title, copy.sections) == ("تیتر خبر امروز", (("اخبار", "اروپا"),))
    assert (copy.caption, copy.credit) == ("مردم در بندر.", "ایرنا")
    assert body(copy) == ["متن می‌گوید که …", "بند دوم؟"]


def test_one_line_is_a_headline_without_a_body() -> None:
    for text in ("Only this", "News   /   EU", "Only this\n\nSHARE THIS ARTICLE"):
        copy = copy_of(text)
        assert (copy.title, copy.body) == (" ".join(text.partition("\n")[0].split()), "")


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_a_text_without_the_mark_that_its_encoding_needs_is_unreadable(name: str) -> None:
    for text in (PAGE, "Первый\n\nПароход идёт в Порт."):
        with pytest.raises(Unreadable, match=r"is not (text|UTF-8)"):
            read(Source(path="a.txt", data=text.encode(name)), ReaderOptions())


@pytest.mark.parametrize("text", ["", "\n\n \u00a0\n", "\ufeff", "SHARE THIS ARTICLE\n\nRead more", "\u200f\n\u200b"])
def test_a_file_without_a_headline_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable, match="headline") as refusal:
        copy_of(text)
    assert refusal.value.remedy


def test_a_sidecar_overrides_and_completes_a_saved_page() -> None:
    sidecar = b'title = "Another"\nlang = "de"\nsection = "World / Asia"\ncredit = "Reuters"\nimage = "b.png"'
    copy = read(Source(path="x/a.txt", data=PAGE.encode(), sidecar=sidecar, picture="x/a.jpg"), ReaderOptions()).copy
    assert (copy.title, copy.language, copy.sections) == ("Another", "de", (("World", "Asia"),))
    assert [(lead.file, lead.description, lead.credit) for lead in copy.media] == [("x/b.png", CAPTION, "Reuters")]

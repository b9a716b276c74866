"""Saved pages have their parts in many forms: breadcrumbs, bylines, dates and captions of all the world's sites."""

from datetime import UTC, datetime

import pytest

from feedsvc.model.article import ArticleCopy
from feedsvc.model.reader import ReaderOptions, Source
from feedsvc.readers import read

TITLE = "Six harbour towns ask for a second boat"
FIRST = "The towns have asked the ministry for a second boat, which the treasurer says it cannot pay for this year."
SECOND = "Two of the boats were damaged in March by driftwood."
DAY = datetime(2026, 3, 12, tzinfo=UTC)
MORNING = datetime(2026, 3, 12, 9, 18, tzinfo=UTC)


def copy_of(*parts: str, timezone: str = "UTC", furniture: tuple[str, ...] = ()) -> ArticleCopy:
    data = "\n\n".join(parts).encode()
    return read(Source(path="a.txt", data=data), ReaderOptions(timezone=timezone, furniture=furniture)).copy


def below(*parts: str, timezone: str = "UTC") -> ArticleCopy:
    """A page that has `parts` between its headline and its text."""
    return copy_of("News   /   Coast", TITLE, *parts, FIRST, SECOND, timezone=timezone)


def body(copy: ArticleCopy) -> list[str]:
    return copy.body.split("\n\n") if copy.body else []


def authors(copy: ArticleCopy) -> list[str]:
    return [author.name for author in copy.authors]


# --- above the headline -----------------------------------------------------------------------------------------------

HOMES = (
    *("Home", "Startseite", "Accueil", "Inicio", "Início", "Homepage", "Hem", "Hjem", "Etusivu", "Domů", "Főoldal"),
    *("Acasă", "Главная", "Головна", "Начало", "Anasayfa", "Ana Sayfa", "الرئيسية", "خانه", "होम", "Beranda"),
    *("Αρχική", "首页", "ホーム", "홈", "Strona główna", "דף הבית", "Trang chủ", "Forside"),
)


@pytest.mark.parametrize("sign", ["/", ">", "›", "»", "→", "|", "❯"])
def test_a_breadcrumb_may_have_any_sign(sign: str) -> None:
    for space in (" ", "\u00a0", "   "):
        copy = copy_of(f"{space}{sign}{space}".join(("Home", "World", "Asia")), TITLE, FIRST)
        assert (copy.title, copy.sections, body(copy)) == (TITLE, (("World", "Asia"),), [FIRST])


@pytest.mark.parametrize("home", HOMES)
def test_the_top_of_the_site_is_no_section(home: str) -> None:
    for line in (f"{home} / Tide / Boats", f"{home} > Tide > Boats", f"{home.upper()}  /  Tide  /  Boats"):
        copy = copy_of(line, TITLE, FIRST)
        assert (copy.title, copy.sections, body(copy)) == (TITLE, (("Tide", "Boats"),), [FIRST])


@pytest.mark.parametrize("line", ["World > Asia > Tides", "Boats » Tides", "Boats›Tides›Ice", "World → Asia"])
def test_arrows_need_no_known_name(line: str) -> None:
    assert copy_of(line, TITLE, FIRST).title == TITLE
    assert copy_of(line, TITLE, FIRST).sections[0][0] in ("World", "Boats")


@pytest.mark.parametrize(
    "line",
    [
        f"News / Asia / {TITLE}",
        f"Home > News > Asia > {TITLE}",
        f"News   /   Asia   /   {TITLE[:20]}…",
        f"News » Asia » {TITLE.upper()}",
    ],
)
def test_the_headline_may_be_the_last_crumb(line: str) -> None:
    copy = copy_of(line, TITLE, FIRST)
    assert (copy.title, copy.sections, body(copy)) == (TITLE, (("News", "Asia"),), [FIRST])


def test_a_date_among_the_crumbs_is_the_date() -> None:
    copy = copy_of("News   /   Asia   /   12 March 2026", TITLE, FIRST)
    assert (copy.title, copy.sections, copy.published) == (TITLE, (("News", "Asia"),), DAY)


@pytest.mark.parametrize(
    ("line", "when"),
    [
        ("March 12, 2026 | 16:18 (GMT+7)", MORNING),
        ("12 March 2026 / 09:18 RU", MORNING),
        ("12. März 2026", DAY),
        ("Updated: 12 March 2026", None),
        ("2026年3月12日", DAY),
    ],
)
def test_a_date_line_may_stand_above_the_headline(line: str, when: datetime | None) -> None:
    copy = copy_of(line, TITLE, FIRST)
    assert (copy.title, copy.published, body(copy)) == (TITLE, when, [FIRST])
    copy = copy_of("News   /   Asia", line, TITLE, FIRST)
    assert (copy.title, copy.sections, copy.published, body(copy)) == (TITLE, (("News", "Asia"),), when, [FIRST])


def test_a_section_a_date_and_the_headline_may_come_in_this_order() -> None:
    for line in ("1. Politics", "Politics", "Home / Politics"):
        copy = copy_of(f"{line}\n12 March 2026 - 09:18", TITLE, FIRST)
        assert (copy.title, copy.sections, copy.published) == (TITLE, (("Politics",),), MORNING)


@pytest.mark.parametrize("line", [".", ">", "|", "»", "Home", "Home >", "–"])
def test_what_was_left_of_a_button_is_no_headline(line: str) -> None:
    copy = copy_of(line, TITLE, FIRST)
    assert (copy.title, copy.sections, body(copy)) == (TITLE, (), [FIRST])


@pytest.mark.parametrize(
    "line", ["Advertisement", "Werbung", "Skip to main content", "Partager l'article", "Поделиться"]
)
def test_furniture_above_the_headline_is_passed(line: str) -> None:
    assert copy_of(line, TITLE, FIRST).title == TITLE


@pytest.mark.parametrize(
    "title",
    [
        "Opinion | Why the ferries must sail through the ice this winter",
        "12 March 2026: a day at sea",
        "Prices > wages, says the union of the ferry crews in its new report",
        "1. The boats come back",
        "Politics | the art of waiting",
        "3 March",
    ],
)
def test_a_headline_that_looks_a_little_like_it_stays_one(title: str) -> None:
    copy = copy_of(title, f"{FIRST} {SECOND} {SECOND}", SECOND)
    assert (copy.title, copy.sections) == (title, ())


# --- below the headline -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ann Aal", ["Ann Aal"]),
        ("BY ANN AAL", ["ANN AAL"]),
        ("by Ann Aal", ["Ann Aal"]),
        ("By: Ann Aal", ["Ann Aal"]),
        ("Written by Ann Aal", ["Ann Aal"]),
        ("By Ann Aal and Bo Brigg", ["Ann Aal", "Bo Brigg"]),
        ("By Ann Aal, Bo Brigg and Cy Cole", ["Ann Aal", "Bo Brigg", "Cy Cole"]),
        ("By Ann Aal in Port Arden", ["Ann Aal"]),
        ("By Ann Aal, Political Correspondent", ["Ann Aal"]),
        ("By Ann Aal | The Press Quay", ["Ann Aal"]),
        ("By Ann Aal – Press Quay", ["Ann Aal"]),
        ("By Ann Aal (AFP)", ["Ann Aal"]),
        ("By John Tide, Jr.", ["John Tide, Jr."]),
        ("By John Tide III and Ann Aal, PhD", ["John Tide III", "Ann Aal, PhD"]),
        ("By A. B. van der Aal-Brigg", ["A. B. van der Aal-Brigg"]),
        ("By The Associated Press", ["The Associated Press"]),
        ("By Reuters", ["Reuters"]),
        ("By Ann", ["Ann"]),
        ("Von Ann Aal", ["Ann Aal"]),
        ("Von Ann Aal und Bo Brigg, dpa", ["Ann Aal", "Bo Brigg", "dpa"]),
        ("Par Ann Aal", ["Ann Aal"]),
        ("Par Anne Aal et Bo Brigg", ["Anne Aal", "Bo Brigg"]),
        ("Por Ana Aal", ["Ana Aal"]),
        ("Por Ana Aal y Beto Brigg", ["Ana Aal", "Beto Brigg"]),
        ("di Anna Aal", ["Anna Aal"]),
        ("Door Ann Aal", ["Ann Aal"]),
        ("Av Ann Aal og Bo Brigg", ["Ann Aal", "Bo Brigg"]),
        ("Oleh Ann Aal", ["Ann Aal"]),
        ("Autor: Ann Aal", ["Ann Aal"]),
        ("Автор: Анна Ааль", ["Анна Ааль"]),
        ("Текст: Анна Ааль и Бо Бригг", ["Анна Ааль", "Бо Бригг"]),
        ("Συντάκτης: Άννα Άαλ", ["Άννα Άαλ"]),
        ("بقلم آن عال", ["آن عال"]),
        ("作者：安爱".replace("：", ": "), ["安爱"]),
        ("홍길동 기자", ["홍길동"]),
        ("Ann Aal\nPress Quay, Port Arden", ["Ann Aal"]),
        ("By Ann Aal\nPress Quay, Port Arden", ["Ann Aal"]),
    ],
)
def test_a_byline_names_the_authors(line: str, names: list[str]) -> None:
    copy = below(line)
    assert (authors(copy), body(copy)) == (names, [FIRST, SECOND])
    copy = below(line, "12 March 2026")
    assert (authors(copy), copy.published, body(copy)) == (names, DAY, [FIRST, SECOND])
    copy = below("12 March 2026", line)
    assert (authors(copy), copy.published, body(copy)) == (names, DAY, [FIRST, SECOND])


def test_a_bare_name_above_a_date_is_a_byline() -> None:
    for between in ("\n", "\n\n"):
        copy = below(f"Ann Aal{between}12 March 2026")
        assert (authors(copy), copy.published, body(copy)) == (["Ann Aal"], DAY, [FIRST, SECOND])


@pytest.mark.parametrize(
    "line",
    [
        "By the time the boat came in, everybody had left.",
        "By Monday",
        "By March the ice was gone",
        "By land, by sea",
        "By far the largest boat of the six is to be repaired first.",
        "Von wegen",
        "Por fin",
        "Di Maria Scores Twice",
        "Author of the plan is the mayor",
        "Ann Aal",
        "Winter on the Quay",
        "Text: see below",
        "By Ann Aal: the boats are late",
    ],
)
def test_a_text_that_begins_like_a_byline_stays_a_text(line: str) -> None:
    copy = below(line)
    assert (authors(copy), body(copy)) == ([], [line, FIRST, SECOND])


@pytest.mark.parametrize(
    "line",
    [
        "Posted on March 12, 2026 by Ann Aal",
        "By Ann Aal | March 12, 2026",
        "March 12, 2026 • By Ann Aal",
        "By Ann Aal - 12 March 2026 - 4 min read",
        "Published 12 March 2026 by Ann Aal",
    ],
)
def test_a_line_may_name_date_and_author(line: str) -> None:
    copy = below(line)
    assert (authors(copy), copy.published, body(copy)) == (["Ann Aal"], DAY, [FIRST, SECOND])


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        ("March 12, 2026 • 5 min read", DAY, None),
        ("12 March 2026 | 5 minutes read", DAY, None),
        ("12. März 2026 · Lesezeit: 3 Min", DAY, None),
        ("Thu 12 Mar 2026 09.18 GMT", MORNING, None),
        ("First published on Thu 12 Mar 2026 09.18 GMT", MORNING, None),
        ("12 marzo 2026", DAY, None),
        ("Publié le 12 mars 2026 à 09h18", MORNING, None),
        ("Publié le 12/03/2026 à 09h18", MORNING, None),
        ("Publié le 12 mars 2026 à 00h00, mis à jour le 12 mars 2026 à 09h18", DAY, MORNING),
        ("12. März 2026, 9.18 Uhr", MORNING, None),
        ("Veröffentlicht am 12.03.2026", DAY, None),
        ("Stand: 12.03.2026, 09:18 Uhr", None, MORNING),
        ("Aktualisiert am 12. März 2026 um 09:18 Uhr", None, MORNING),
        ("12 марта 2026, 09:18", MORNING, None),
        ("Опубликовано: 12 марта 2026 г. в 09:18", MORNING, None),
        ("Обновлено 12 марта 2026, 09:18", None, MORNING),
        ("Publicado el 12 de marzo de 2026", DAY, None),
        ("Publicado em 12 de março de 2026 às 09h18", MORNING, None),
        ("Pubblicato il 12 marzo 2026 alle 09:18", MORNING, None),
        ("Ultimo aggiornamento: 12 marzo 2026, 09:18", None, MORNING),
        ("Gepubliceerd op 12 maart 2026 om 09.18 uur", MORNING, None),
        ("Publicerad 12 mars 2026 kl. 09.18", MORNING, None),
        ("Julkaistu 12.3.2026 klo 9.18", MORNING, None),
        ("Opublikowano: 12 marca 2026, 09:18", MORNING, None),
        ("Yayınlanma: 12 Mart 2026 09:18", MORNING, None),
        ("Son güncelleme: 12 Mart 2026 - 09:18", None, MORNING),
        ("نشر في 12 مارس 2026", DAY, None),
        ("آخر تحديث: ١٢ مارس ٢٠٢٦ ٠٩:١٨", None, MORNING),
        ("תאריך פרסום 12 במרץ 2026".replace("תאריך פרסום", "פורסם"), DAY, None),
        ("Diterbitkan 12 Maret 2026 pukul 09.18", MORNING, None),
        ("发布时间：2026年3月12日 09:18", MORNING, None),
        ("公開 2026年3月12日 9時18分", MORNING, None),
        ("입력 2026년 3월 12일 오전 9:18", MORNING, None),
    ],
)
def test_a_date_line_is_read_in_many_languages(line: str, published: datetime | None, updated: datetime | None) -> None:
    copy = below(line)
    assert (copy.published, copy.updated, body(copy)) == (published, updated, [FIRST, SECOND])


def test_a_zone_may_be_the_newsrooms_own() -> None:
    copy = below("Updated: March 12, 2026 14:48 IST", timezone="Asia/Kolkata")
    assert (copy.updated, body(copy)) == (MORNING, [FIRST, SECOND])
    copy = below("March 12, 2026 5:18 a.m. ET", timezone="America/New_York")
    assert (copy.published, body(copy)) == (MORNING, [FIRST, SECOND])


@pytest.mark.parametrize(
    "line",
    [
        "In 2026 the council met 12 times.",
        "12 March 2026 was the day on which the boat came in at last.",
        "On 12 March 2026 by the harbour wall",
        "Mars 2026",
        "Updated rules 2026",
        "Published in 2026 by the council of Port Arden",
    ],
)
def test_a_text_with_a_year_stays_a_text(line: str) -> None:
    copy = below(line)
    assert (copy.published, copy.updated, body(copy)) == (None, None, [line, FIRST, SECOND])


@pytest.mark.parametrize(
    "line", ["5 min read", "Lesezeit: 3 Minuten", "Temps de lecture : 4 min", "Время чтения 2 мин."]
)
def test_the_time_that_it_takes_to_read_is_no_text(line: str) -> None:
    assert body(below("By Ann Aal", line)) == [FIRST, SECOND]


def test_the_headline_once_more_is_no_text() -> None:
    for again in (TITLE, TITLE.upper()):
        assert body(copy_of(TITLE, again, FIRST, SECOND)) == [FIRST, SECOND]
    assert body(copy_of(TITLE, FIRST, TITLE, SECOND)) == [FIRST, TITLE, SECOND]


# --- captions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "credit"),
    [
        ("(AP Photo/Ann Pane)", "AP Photo/Ann Pane"),
        ("(AP Photo/Ann Pane, File)", "AP Photo/Ann Pane"),
        ("(©(AP PHOTO/ANN PANE)", "AP PHOTO/ANN PANE"),
        ("(Photo by AFP (via Getty Images))", "AFP via Getty Images"),
        ("(Photo by Ann Pane (AFP))", "Ann Pane AFP"),
        ("(Ann Pane/Getty Images, File)", "Ann Pane/Getty Images"),
        ("(Crédit photo : Ann Pane)", "Ann Pane"),
        ("(Photo : Ann Pane)", "Ann Pane"),
        ("(Fotografía: Ann Pane)", "Ann Pane"),
        ("(Foto: Ann Pane/dpa)", "Ann Pane/dpa"),
        ("(Bild: Ann Pane)", "Ann Pane"),
        ("(Kuva: Ann Pane)", "Ann Pane"),
        ("(Fot. Ann Pane)".replace(". ", ": "), "Ann Pane"),
        ("(Фото: Анна Панэ)", "Анна Панэ"),
        ("(تصوير رويترز)", "رويترز"),
        ("(تصوير: آن)", "آن"),
        ("(写真:安)", "安"),
        ("(Symbolbild: Ann Pane)", "Ann Pane"),
        ("(Quelle: Ann Pane)", "Ann Pane"),
        ("[AP Photo/Ann Pane]", "AP Photo/Ann Pane"),
    ],
)
def test_a_credit_may_have_the_form_of_any_agency(ending: str, credit: str) -> None:
    copy = below(f"The bridge over the Arden, on March 9, 2026. {ending}")
    assert (copy.caption, copy.credit) == ("The bridge over the Arden, on March 9, 2026.", credit)
    assert (copy.published, body(copy)) == (None, [FIRST, SECOND])


@pytest.mark.parametrize(
    "remark", ["Archivbild", "Symbolbild", "Photo d'archives", "Imagen de archivo", "Архивное фото"]
)
def test_a_remark_that_a_picture_is_an_old_one_stays_in_the_caption(remark: str) -> None:
    copy = below(f"The bridge ({remark})")
    assert (copy.caption, copy.credit, body(copy)) == (f"The bridge ({remark})", "", [FIRST, SECOND])


def test_the_caption_of_a_further_picture_is_no_text() -> None:
    copy = below("The bridge. (Photo by AFP)", "The boat. (Photo by AP)")
    assert (copy.caption, copy.credit, body(copy)) == ("The bridge.", "AFP", [FIRST, SECOND])


def test_a_byline_may_stand_below_the_caption() -> None:
    copy = below("The bridge. (Photo by AFP)", "By Ann Aal", "12 March 2026")
    assert (copy.caption, authors(copy), copy.published, body(copy)) == (
        "The bridge.",
        ["Ann Aal"],
        DAY,
        [FIRST, SECOND],
    )


@pytest.mark.parametrize(
    "line",
    [
        "It is called the Arden Party (AP) by all.",
        "They met (by chance)",
        "He has two boats (and a third (old) one)",
        "So it is :)",
    ],
)
def test_brackets_are_not_all_credits(line: str) -> None:
    copy = below(line)
    assert (copy.caption, body(copy)) == ("", [line, FIRST, SECOND])


# --- the text ---------------------------------------------------------------------------------------------------------


def test_lines_that_are_sentences_are_paragraphs() -> None:
    copy = copy_of("News   /   Coast", TITLE, "The boat is late.\nNobody knows why.\n“It is the ice,” she said.")
    assert body(copy) == ["The boat is late.", "Nobody knows why.", "“It is the ice,” she said."]


def test_lines_that_no_program_wraps_are_paragraphs() -> None:
    long = " ".join([FIRST] * 3)
    assert body(copy_of(TITLE, f"{long}\nThe mayor said:\n{long}")) == [long, "The mayor said:", long]


def test_lines_of_which_one_is_no_sentence_are_one_paragraph() -> None:
    copy = copy_of(TITLE, "The boat is late.\nNobody knows\nwhy.", SECOND)
    assert body(copy) == ["The boat is late. Nobody knows why.", SECOND]


@pytest.mark.parametrize(
    "line",
    [
        "Read more – and write more – is the motto of the school on the quay.",
        "Read more: that was the advice of the teacher to the class on Monday.",
        "See also the sea, they say.",
        "Related: that is what all boats are.",
        "Watch what you say",
        "Follow us, she said",
        "Tags are what the boats have on their sides",
        "Sharing is good",
        "Topics",
        "More",
    ],
)
def test_a_sentence_that_begins_like_a_teaser_stays(line: str) -> None:
    assert body(copy_of(TITLE, FIRST, line, SECOND)) == [FIRST, line, SECOND]


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "ADVERTISEMENT",
        "Read more: Ferry strike enters third week",
        "Also read: Ferry strike enters third week",
        "Related: Ferry strike enters third week",
        "Lire aussi : La grève des bateaux continue",
        "À lire aussi",
        "Lesen Sie auch: Streik geht weiter",
        "Mehr zum Thema",
        "Lea también: Sigue la huelga",
        "Leia também",
        "Leggi anche: Continua lo sciopero",
        "Lees ook: Staking duurt voort",
        "Läs också: Strejken fortsätter",
        "Czytaj także: Strajk trwa",
        "Читайте также: Забастовка продолжается",
        "Читайте також: Страйк триває",
        "Ayrıca okuyun: Grev sürüyor",
        "اقرأ أيضا: الإضراب مستمر",
        "بیشتر بخوانید: اعتصاب ادامه دارد",
        "קראו גם: השביתה נמשכת",
        "यह भी पढ़ें: हड़ताल जारी",
        "Baca juga: Pemogokan berlanjut",
        "Xem thêm: Đình công tiếp tục",
        "Διαβάστε επίσης: Η απεργία συνεχίζεται",
        "延伸阅读：罢工继续",
        "関連記事：ストライキ続く",
        "관련기사: 파업 계속",
        "Tags: ferries, ice",
        "Follow us on Telegram and X",
        "Follow us on Facebook, Instagram & YouTube",
        "Suivez-nous sur Google News",
        "Partager l’article",
        "Teilen",
        "Compartir",
        "Paylaş",
    ],
)
def test_furniture_goes_in_twenty_languages(line: str) -> None:
    assert body(copy_of(TITLE, FIRST, line, SECOND)) == [FIRST, SECOND]


def test_the_headline_below_read_more_goes_with_it() -> None:
    assert body(copy_of(TITLE, FIRST, "Read more:\nThe mayor resigns\nThe boat is sold", SECOND)) == [FIRST, SECOND]
    assert body(copy_of(TITLE, FIRST, "Read more:", SECOND)) == [FIRST, SECOND]
    assert body(copy_of(TITLE, FIRST, f"Read more:\n{SECOND}")) == [FIRST, SECOND]

"""Pictures of saved pages and of raw HTML: lazy, AMP and noscript ones, with captions; never one without address."""

import pytest

from feedsvc.model.article import ArticleCopy, Media
from feedsvc.model.reader import ReaderOptions, Source
from feedsvc.readers import read, to_html

TEXT = (
    "<p>The bridge over the narrow part of the harbour is open again, three weeks earlier than anybody had hoped for,"
    " and on its first day nine thousand people crossed it.</p><p>Most of them walked back the same way, since there is"
    " not much to see on the other side, or so they said.</p>"
)
HEAD = '<meta property="og:title" content="The bridge">'


def copy_of(part: str, head: str = "") -> ArticleCopy:
    body = f"<body><article><h1>The bridge</h1>{part}</article></body>"
    page = f"<!DOCTYPE html><html><head>{HEAD}{head}</head>{body}</html>"
    return read(Source(path="a.html", data=page.encode()), ReaderOptions()).copy


def picture(part: str) -> str:
    """The HTML of the text with `part` in it, without the text."""
    return to_html(copy_of(f"{TEXT}{part}{TEXT}"), "").replace("\n", "").replace(TEXT, "")


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<img src="data:image/svg+xml;base64,AA" data-src="https://i.example/a.webp" data-srcset="x 1x">', "a.webp"),
        ('<img src="/images/grey.gif" data-src="https://i.example/b.jpg">', "b.jpg"),
        ('<img data-original="https://i.example/c.jpg" src="/s/spacer.gif">', "c.jpg"),
        ('<img class=lazy data-lazy-src="https://i.example/d.png">', "d.png"),
        ('<img data-srcset="https://i.example/e-75.png 75w, https://i.example/e-1024.png 1024w">', "e-1024.png"),
        ('<img srcset="https://i.example/f-1.png 1x, https://i.example/f-2.png 2x">', "f-2.png"),
        ('<img src="" data-whatever="https://i.example/g.jpeg?w=800">', "g.jpeg?w=800"),
        ('<img data-srcset="x"><noscript><img src="https://i.example/h.png"></noscript>', "h.png"),
        ('<img src="data:image/gif;base64,AA"><noscript><img src="https://i.example/i.png"></noscript>', "i.png"),
        ('<noscript><img src="https://i.example/j.png"></noscript>', "j.png"),
        ('<amp-img src="https://i.example/k.jpg" width=800 height=600></amp-img>', "k.jpg"),
        ('<img src="https://i.example/l.jpg" data-srcset="https://i.example/l-2.jpg 2x">', "l.jpg"),
        ('<img src="https://i.example/pixel-art.jpg" alt="A ferry of squares">', "pixel-art.jpg"),
    ],
)  # fmt: skip
def test_the_real_picture_is_published_and_once(html: str, url: str) -> None:
    found = picture(f"<p>{html}</p>")
    assert f'src="https://i.example/{url}"' in found
    assert found.count("<img") == 1


@pytest.mark.parametrize(
    "html",
    [
        "<img>",
        '<img alt="Nothing">',
        '<img src="">',
        '<img src="data:image/png;base64,AAAA">',
        '<img data-src="data:image/png;base64,AAAA" src="/spacer.gif">',
        '<img src="javascript:x">',
        '<img data-src="javascript:x" srcset="data:x 1x">',
    ],
)
def test_a_picture_without_an_address_is_none(html: str) -> None:
    assert "<img" not in picture(f"<p>{html}</p>")


@pytest.mark.parametrize("html", ["<img>", '<img alt="a > b">', '<img src="">', '<img src="data:image/png;base64,AA">'])
def test_nor_is_it_one_in_the_html_of_markdown(html: str) -> None:
    markdown = f"# T\n\nThe bridge.\n\n{html}\n\nThe end."
    copy = read(Source(path="a.md", data=markdown.encode()), ReaderOptions()).copy
    assert "<img" not in to_html(copy, "")


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<img src="data:image/svg+xml,x" data-src="https://i.example/a.webp">', "https://i.example/a.webp"),
        ("<img alt='a > b' data-original=https://i.example/b.jpg src=/img/blank.gif>", "https://i.example/b.jpg"),
        ('<img srcset="https://i.example/c.png 1x">', "https://i.example/c.png"),
        ('<amp-img src="https://i.example/d.jpg"></amp-img>', "https://i.example/d.jpg"),
    ],
)
def test_lazy_pictures_in_the_html_of_markdown_are_real_too(html: str, url: str) -> None:
    copy = read(Source(path="a.md", data=f"# T\n\nThe bridge.\n\n<p>{html}</p>\n\nEnd.".encode()), ReaderOptions()).copy
    assert f'src="{url}"' in to_html(copy, "")


def test_a_picture_in_several_forms_stays_one() -> None:
    found = picture(
        '<figure><picture><source data-srcset="https://i.example/a.webp 800w" type="image/webp"><img alt="The bridge"'
        ' data-src="https://i.example/a.jpg"></picture><figcaption>The bridge at dawn</figcaption></figure>'
    )
    assert found.count("<img") == 1
    assert 'src="https://i.example/a.jpg"' in found
    assert 'srcset="https://i.example/a.webp 800w"' in found
    assert "<figcaption>The bridge at dawn</figcaption></figure>" in found


# --- captions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        '<div class="wp-caption"><img src="/a.jpg"><p class="wp-caption-text">The bridge at dawn</p></div>',
        '<div class="image"><img src="https://i.example/a.jpg"><div class="caption">The bridge at dawn</div></div>',
        '<div><div><img src="https://i.example/a.jpg"></div><p class="picture-caption">The bridge at dawn</p></div>',
    ],
)
def test_a_caption_beside_a_picture_is_its_caption(html: str) -> None:
    found = picture(html)
    assert "<figure>" in found
    assert "<figcaption>The bridge at dawn</figcaption>" in found


def lead(copy: ArticleCopy) -> Media:
    [found] = copy.media
    return found


OG = '<meta property="og:image" content="https://i.example/{}">'


@pytest.mark.parametrize(
    ("image", "src"),
    [
        ("a.jpg", "https://i.example/a.jpg"),
        ("a.jpg?w=1200", "https://i.example/a.jpg?w=600"),
        ("1200x630/a.jpg", "https://i.example/600x400/a.jpg"),
    ],
)
def test_the_caption_of_the_leading_picture_is_that_of_its_figure(image: str, src: str) -> None:
    figure = f'<figure><img src="{src}"><figcaption>The bridge at dawn. (Photo: Mike Pane, AP)</figcaption></figure>'
    found = lead(copy_of(f"{figure}{TEXT}", OG.format(image)))
    assert (found.description, found.credit) == ("The bridge at dawn.", "Mike Pane, AP")


def test_a_figure_of_another_picture_says_nothing_of_the_leading_one() -> None:
    figure = '<figure><img src="https://i.example/b.jpg"><figcaption>The tower</figcaption></figure>'
    assert lead(copy_of(f"{figure}{TEXT}", OG.format("a.jpg"))).description == ""


def test_a_caption_above_the_text_is_no_text() -> None:
    copy = copy_of(f'<p class="image-credit-wrap">The dredger. (Photo: Mike Pane, AP)</p>{TEXT}', OG.format("a.jpg"))
    assert to_html(copy, "").replace("\n", "") == TEXT
    assert (lead(copy).description, lead(copy).credit) == ("The dredger.", "Mike Pane, AP")

"""A frame in a text becomes a link, and a formula or drawing its words: what says something is not lost in silence."""

import time

import pytest

from feedsvc.readers import html_of
from feedsvc.readers.html.cleaning import sanitise
from feedsvc.readers.html.embedded import with_substitutes

TEX = "<annotation encoding='application/x-tex'>\\frac12</annotation>"


def link(address: str, text: str) -> str:
    return f'<a href="https://{address}">{text}</a>'


@pytest.mark.parametrize(
    ("html", "told"),
    [
        (
            '<iframe src="https://www.youtube.com/embed/abcdef" title="The bell &amp; the sea"></iframe>',
            link("www.youtube.com/watch?v=abcdef", "The bell &amp; the sea"),
        ),
        (
            "<iframe src='https://www.youtube.com/embed/abc'>",
            link("www.youtube.com/embed/abc", "www.youtube.com/embed/abc"),
        ),
        (
            "<IFRAME data-src=//player.example/7?a=1&amp;b=2></IFRAME>x",
            link("player.example/7?a=1&amp;b=2", "player.example/7?a=1&amp;b=2") + "x",
        ),
        ('<embed src="https://e.example/map.swf">', link("e.example/map.swf", "e.example/map.swf")),
        ('<object data="https://e.example/a.pdf" title="Plan"><p>Old</p></object>', link("e.example/a.pdf", "Plan")),
        (
            '<p>See <iframe src="https://e.example/m" title="map"></iframe> here</p>',
            f"<p>See {link('e.example/m', 'map')} here</p>",
        ),
        ("<math><mi>x</mi><mo>=</mo><mn>1</mn></math>", "x = 1"),
        ('<math alttext="x &lt; 1"><mi>x</mi></math>', "x &lt; 1"),
        (f"<math><semantics><mi>x</mi>{TEX}</semantics></math>", "\\frac12"),
        ("<svg><style>a{}</style><title>Tides</title><text><tspan>high</tspan></text></svg>", "Tides high"),
        ('<svg role="img" aria-label="A chart"><path d="M0 0"/></svg>', "A chart"),
    ],
)
def test_what_cannot_be_carried_is_told(html: str, told: str) -> None:
    assert sanitise(html, "") == told


@pytest.mark.parametrize(
    ("embedded", "page"),
    [
        ("www.youtube-nocookie.com/embed/abc-def_123?start=30", "www.youtube.com/watch?v=abc-def_123"),
        ("www.youtube.com/embed/videoseries?list=PLabc", "www.youtube.com/playlist?list=PLabc"),
        ("player.vimeo.com/video/76979871?h=8272103f6e", "vimeo.com/76979871"),
        ("geo.dailymotion.com/player/x5.html?video=x8abc", "www.dailymotion.com/video/x8abc"),
        ("open.spotify.com/embed/track/4uLU6hMCjMI75M1A2tKUQC?x=1", "open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC"),
        ("w.soundcloud.com/player/?visual=1&url=https%3A//soundcloud.com/quay/bell", "soundcloud.com/quay/bell"),
        (
            "w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/1",
            "w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/1",
        ),
        ("www.instagram.com/reel/Cabc_-1/embed/captioned/", "www.instagram.com/reel/Cabc_-1/"),
        (
            "platform.twitter.com/embed/Tweet.html?dnt=true&id=877500564405444608",
            "twitter.com/i/status/877500564405444608",
        ),
        ("www.tiktok.com/embed/v2/7106594312292453675", "www.tiktok.com/@/video/7106594312292453675"),
        (
            "www.facebook.com/plugins/video.php?href=https%3A%2F%2Fwww.facebook.com%2Fquay%2Fvideos%2F1%2F&width=1",
            "www.facebook.com/quay/videos/1/",
        ),
        (
            "www.facebook.com/plugins/post.php?href=javascript:alert(1)",
            "www.facebook.com/plugins/post.php?href=javascript:alert(1)",
        ),
        ("player.twitch.tv/?channel=quay&parent=x", "www.twitch.tv/quay"),
        ("embed.bsky.app/embed/did:plc:abc/app.bsky.feed.post/3k", "bsky.app/profile/did:plc:abc/post/3k"),
        ("quay.example/@bell/109/embed", "quay.example/@bell/109"),
        ("embed.podcasts.apple.com/de/podcast/quay/id1?i=2", "podcasts.apple.com/de/podcast/quay/id1"),
        ("maps.example/embed?x=1", "maps.example/embed?x=1"),
        ("www.youtube.com.evil.example/embed/abcdef", "www.youtube.com.evil.example/embed/abcdef"),
    ],
)
def test_a_player_that_is_known_leads_to_the_page_of_what_it_plays(embedded: str, page: str) -> None:
    frame = f'<iframe src="https://{embedded.replace("&", "&amp;")}" title="The bell"></iframe>'
    shown = link(page.replace("&", "&amp;"), "The bell")
    for markup in ("html", "markdown"):
        assert shown in html_of(markup, f"Before.\n\n{frame}\n\nAfter.", "")


@pytest.mark.parametrize(
    "html",
    [
        '<iframe src="javascript:alert(1)"></iframe>',
        '<iframe src="data:text/html,x"></iframe>',
        "<iframe srcdoc='<b>x</b>'></iframe>",
        '<iframe src="https://t.example/ns.html" width="0" height="0"></iframe>',
        '<iframe src="https://t.example/ns.html" width="1px"></iframe>',
        '<svg width="16" height="16"><title>Share</title></svg>',
        '<svg aria-hidden="true"><text>x</text></svg>',
        "<svg><path d='M0 0'/></svg>",
        "<!-- <iframe src='https://e.example/x'></iframe> -->",
    ],
)
def test_what_shows_nothing_leaves_nothing(html: str) -> None:
    assert sanitise(html, "") == ""


@pytest.mark.parametrize(
    "html",
    [
        '<a title="<iframe src=https://e.example onload=alert(1)>">x</a>',
        "<svg><title><img src=x onerror=alert(1)></title></svg>",
        '<math alttext="<img src=x onerror=alert(1)>"></math>',
        '<iframe src="https://e.example/" title="&lt;img src=x onerror=alert(1)&gt;">',
        "<math><annotation>&lt;script&gt;alert(1)&lt;/script&gt;</annotation></math>",
        '<svg></svg><svg aria-label="&lt;svg onload=alert(1)&gt;"></svg>',
        "<svg><iframe src='https://e.example/'></svg></iframe><script>alert(1)</script>",
    ],
)
def test_nothing_runs(html: str) -> None:
    clean = sanitise(html, "")
    for word in ("<img", "<script", "<svg", "<iframe", "<math", "<style"):
        assert word not in clean
    assert " on" not in "".join(part.partition(">")[0] for part in clean.split("<")[1:])


def test_frames_without_end_cost_little() -> None:
    start = time.process_time()
    for text in ("<iframe ", "<svg>", "<math>", "<svg></svg>", "<iframe src='", '<object x="', "<svg a=b ", "<svg a='"):
        with_substitutes(text * 100_000)
    assert time.process_time() - start < 10

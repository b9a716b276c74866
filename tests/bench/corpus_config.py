"""The config.toml of the generated newsroom, the Low Mere Gazette: mirrors, archives, a feed in every format."""

from hashlib import sha256

HOST = "www.lowmere.example"
MIRRORS = ("lowmere-mirror.example", "lowmere.example.net")
TOKEN = "a-token-for-one-partner-alone-0001"
"""Opens /partners/locked.xml; the config has only its hash."""

_HEAD = f"""\
[site]
title = "The Low Mere Gazette & Tide"
url = "https://{HOST}"
mirrors = [{", ".join(f'"https://{host}"' for host in MIRRORS)}]
id_authority = "lowmere.example,2026"
language = "en"
description = "Generated <news> of a town that is not there"
author = "The Low Mere Gazette"
copyright = "© The Low Mere Gazette"
logo = "/media/pictures/logo.png"
icon = "/media/pictures/icon.png"
cover = "/media/pictures/wide-0.jpg"
accent = "0B5FA5"

[capture]
furniture = ["Low Mere Gazette News Roku"]

[defaults]
limit = 20
archive = true

[schedule]
every = "5m"
watch = false

[withdrawal]
policy = "POLICY"
notice = "This story is no longer available & will not return."
keep = "20d"

[[sections]]
path = "news"
title = "News & Weather"
description = "Whatever happened"
limit = 30

[[sections]]
path = "news/eu"
title = "EU"
every = "1m"
limit = 9

[[sections]]
path = "news/world"
content = "summary"

[[sections]]
path = "sport"
archive = false
max_age = "20d"

[[sections]]
path = "sport/sailing"
max_age = "30d"
limit = 12

[[sections]]
path = "culture/stage"
formats = ["atom"]

[[sections]]
path = "business"
formats = ["rss", "json"]
archive = false
limit = 15

[[redirects]]
from = "/feed/"
to = "/rss.xml"

[[redirects]]
from = "/old/news.xml"
to = "/news/rss.xml"

[[live]]
title = "Low Mere harbour, live"
url = "https://live.lowmere.example/harbour/master.m3u8"
picture = "/media/pictures/wide-1.jpg"
description = "Whatever comes in"
since = "2026-11-01"
"""

_FEEDS = f"""
[[feeds]]
path = "/own/evening.xml"
format = "rss"
title = "Evening bulletin"
description = "The day in short"
sections = ["news", "sport"]
limit = 20
content = "summary"

[[feeds]]
path = "/own/tagged.xml"
format = "atom"
tags = ["harbour", "ice"]
exclude = {{ sections = ["sport"], tags = ["tides"] }}
limit = 40

[[feeds]]
path = "/own/author.json"
format = "json"
authors = ["Ada Quill"]

[[feeds]]
path = "/own/films.xml"
format = "rss"
media = "video"
limit = 15

[[feeds]]
path = "/own/right-to-left.xml"
format = "rss"
language = "ar"

[[feeds]]
path = "/own/week.json"
format = "json"
exclude = {{ authors = ["Ada Quill"] }}
max_age = "7d"
limit = 200

[[feeds]]
path = "/partners/locked.xml"
format = "rss"
sections = ["news"]
limit = 10
token = "sha256:{sha256(TOKEN.encode()).hexdigest()}"

[[feeds]]
path = "/partners/media.xml"
format = "mediarss"
options = {{ rating = "nonadult", countries = ["us", "pt"] }}

[[feeds]]
path = "/partners/roku.xml"
format = "roku-mrss"

[[feeds]]
path = "/partners/roku-plain.xml"
format = "roku-mrss"
options = {{ pictures = false, live = false }}

[[feeds]]
path = "/partners/roku.json"
format = "roku-json"
options = {{ categories = true }}

[[feeds]]
path = "/partners/roku-search.json"
format = "roku-search"
options = {{ countries = ["us", "ca", "gb"] }}

[[feeds]]
path = "/podcast.xml"
format = "podcast"
title = "Low Mere Voices"
description = "Tides, told aloud"
options = {{ image = "/media/pictures/square.jpg", email = "audio@lowmere.example" }}

[[feeds]]
path = "/podcast-films.xml"
format = "podcast"
options = {{ image = "/media/pictures/square.jpg", email = "audio@lowmere.example", video = true, serial = true }}

[[feeds]]
path = "/news-sitemap.xml"
format = "news-sitemap"
options = {{ name = "The Low Mere Gazette" }}

[[feeds]]
path = "/sitemap.xml"
format = "sitemap"

[[feeds]]
path = "/partners/msn.xml"
format = "msn"
language = "en"
media = "image"

[[feeds]]
path = "/partners/smartnews.xml"
format = "smartnews"
media = "image"
options = {{ logo = "/media/pictures/logo.png", minutes = 10 }}

[[feeds]]
path = "/partners/newsbreak.xml"
format = "newsbreak"
language = "en"
options = {{ guid = "link", disclosure = "Sponsored" }}

[[feeds]]
path = "/partners/newsnow.xml"
format = "newsnow"
language = "en"

[[feeds]]
path = "/partners/flipboard.xml"
format = "flipboard"
media = "image"
options = {{ full = true }}

[[feeds]]
path = "/partners/yahoo.xml"
format = "yahoo"
language = "en"
media = "image"

[[feeds]]
path = "/partners/alexa.json"
format = "alexa"
language = "en"

[[feeds]]
path = "/partners/alexa-sounds.json"
format = "alexa"
media = "audio"
options = {{ audio = true }}
"""


def config(policy: str) -> str:
    """The text of config.toml; `policy` is that of [withdrawal], `tombstone` or `notice`."""
    return _HEAD.replace("POLICY", policy) + _FEEDS

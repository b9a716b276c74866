"""`[[purge]]`: a cache of a kind that is known, with what that needs, before a place that is there."""

from pathlib import Path

import pytest

from feedsvc.config import Config, ConfigError, load
from feedsvc.push.caches import SERVICES
from feedsvc.service.available_caches import cache_needs, has_tags, tag_headers
from feedsvc.service.purge_wiring import cache_of
from feedsvc.service.push_wiring import ping_wait

HEAD = '[site]\ntitle = "Low Mere"\nurl = "https://mere.example"\nmirrors = ["https://mere.example.net"]\n'
BUCKET = '[[publish]]\nto = "s3://mere-news/site"\ncompressed = true\n'


def read(folder: Path, *tables: str) -> Config:
    file = folder / "config.toml"
    file.write_text(HEAD + BUCKET + "".join(f"[[purge]]\n{table}\n" for table in tables), encoding="utf-8")
    return load(file, load_caches=cache_needs)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('service = "fastli"', "did you mean `fastly`?"),
        ('service = "akamai"', f"known caches: {', '.join(sorted(SERVICES))}"),
        ("feeds = true", "purge[0].service: missing"),
        ('service = "cloudflare"', "purge[0].id: missing (add it: cloudflare needs it)"),
        ('service = "http"', "purge[0].url: missing (add it: http needs it)"),
        ('service = "http"\nurl = "ftp://user:s3cret@mere.example"', "write a URL, which may have {path} or {url}"),
        ('service = "fastly"\nid = "a/b"', "write the id that the service of the cache shows"),
        ('service = "fastly"\nbehind = "s3://mere-news"', "which is no place of [[publish]]"),
        ('service = "fastly"\naddresses = ["https://mere.example.org"]', "which is no address of the site"),
        ('service = "fastly"\nby = "tag"', "purge[0].id: missing (add it: fastly needs it)"),
        ('service = "http"\nurl = "http://h.example"\nby = "tag"', 'which http does not know (write "url")'),
        ('service = "http"\nurl = "http://h.example"\nmethod = "purge"', 'write a method of HTTP, such as "PURGE"'),
    ],
)
def test_what_cannot_be_one_is_refused_with_a_remedy(tmp_path: Path, table: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, table)
    assert told in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_two_that_cannot_be_told_apart_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match='found "fastly" twice'):
        read(tmp_path, 'service = "fastly"', 'service = "fastly"\nfeeds = false')


def test_the_token_comes_from_the_environment_and_is_in_no_name(tmp_path: Path) -> None:
    settings = read(
        tmp_path, 'service = "fastly"\nid = "S1"', 'service = "http"\nurl = "http://u.example/s3cret{path}/"'
    )
    fastly, other = (cache_of(settings, table, {"FASTLY_API_TOKEN": "s3cret"}) for table in settings.purge)
    assert (fastly.name, fastly.api, fastly.missing) == ("fastly S1", "https://api.fastly.com", ())
    assert fastly.secrets == {"FASTLY_API_TOKEN": "s3cret"}
    assert (other.name, other.api, other.secrets) == ("http u.example", "http://u.example/s3cret{path}", {})
    assert cache_of(settings, settings.purge[0], {}).missing == ("FASTLY_API_TOKEN",)


def test_hubs_are_pinged_when_caches_have_dropped_the_former_feed(tmp_path: Path) -> None:
    with_cache, without = read(tmp_path, 'service = "fastly"'), read(tmp_path)
    assert ping_wait(with_cache) == ping_wait(without) + 3_000


def test_a_cache_has_all_addresses_or_those_that_are_named(tmp_path: Path) -> None:
    named = 'service = "fastly"\naddresses = ["https://mere.example.net/"]'
    [one] = read(tmp_path, named).purge
    settings = read(tmp_path, 'service = "cloudfront"\nid = "E1"', named)
    assert one.addresses == ("https://mere.example.net",)
    assert [cache_of(settings, table, {}).addresses for table in settings.purge] == [
        ("https://mere.example", "https://mere.example.net"),
        ("", "https://mere.example.net"),
    ]


def test_tags_are_told_by_the_place_before_which_the_cache_stands(tmp_path: Path) -> None:
    live = read(tmp_path, 'service = "fastly"\nid = "S"\nby = "tag"', 'service = "cloudfront"\nid = "E"')
    assert (tag_headers(live), has_tags(live, "s3://mere-news/site")) == (("Surrogate-Key",), False)
    bucket = read(tmp_path, 'service = "cloudfront"\nid = "E"\nby = "tag"\nbehind = "s3://mere-news/site"')
    assert (tag_headers(bucket), has_tags(bucket, "s3://mere-news/site")) == ((), True)
    assert cache_of(bucket, bucket.purge[0], {}).size == 1_000


def test_before_a_bucket_keys_are_purged_that_the_edge_makes_of_paths(tmp_path: Path) -> None:
    settings = read(tmp_path, 'service = "fastly"\nbehind = "s3://mere-news/site/"', 'service = "cloudfront"\nid = "E"')
    before, live = (cache_of(settings, table, {}).paths_of for table in settings.purge)
    assert before("/news/") == ("/news/", "/news/index.html", "/news/index.html.gz", "/news/index.html.br")
    assert before("/rss.xml") == ("/rss.xml", "/rss.xml.gz", "/rss.xml.br")
    assert before("/media/a.jpg") == ("/media/a.jpg",)
    assert live("/news/") == ("/news/",)

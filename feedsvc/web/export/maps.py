"""Writes `maps.conf`: nginx `map` blocks with what nginx cannot see in the folder. Pure functions of the store's rows.

`deploy/nginx.conf` sets `$feedsvc_path` (the decoded path) and `$feedsvc_key` (of an article) and gets the rest from
here: `$feedsvc_site`, `_type`, `_cache`, `_policy`, `_media_policy`, `_error_policy`, `_link`, `_fate` and `_page`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

from feedsvc.model.addresses import uri
from feedsvc.model.document import ARCHIVE_MAX_AGE
from feedsvc.model.media_types import guess
from feedsvc.pages import ASSET_TYPES, CSP, FOR_GOOD, is_asset
from feedsvc.store.documents import GONE, LIVE
from feedsvc.store.entries import PublishedDocument
from feedsvc.web.export.sheets import site
from feedsvc.web.headers import SANDBOX, cache_control
from feedsvc.web.topics import TopicLinks

PAGE = "text/html; charset=utf-8"
_SUFFIXES = (
    *("jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "bmp", "ico", "tif", "tiff"),
    *("mp3", "m4a", "aac", "ogg", "oga", "opus", "flac", "wav"),
    *("mp4", "m4v", "webm", "ogv", "mov", "mpeg", "vtt", "srt", "pdf"),
)
_ARCHIVE = "/archive-[0-9]+-[0-9a-f]+/[^/]+$"
"""Paths of documents of archives, which are closed, as `feedsvc.store.archives` names them."""
_LASTING = {_ARCHIVE: cache_control(ARCHIVE_MAX_AGE)} | dict.fromkeys(ASSET_TYPES, cache_control(FOR_GOOD))
"""Cache-Control by regular expression, so that new archives and a new style sheet need no reload of nginx."""
_HEAD = """\
# Written by `feedsvc publish --to`: do not edit. nginx learns of a change when it is told to reload.
geo $feedsvc_dollar { default "$"; }  # the only way to have that character in a value
"""


def render(
    rows: Iterable[PublishedDocument],
    hosts: tuple[str, ...],
    redirects: Mapping[str, str],
    links: TopicLinks | None = None,
    former: Iterable[tuple[str, str]] = (),
) -> bytes:
    """The nginx maps for `rows`, which are all documents, each once for each representation. `redirects` lead from an
    old path to a new one, `former` from a path to the key of an article; `links` has the hubs of topics."""
    live, gone = _live_and_gone(rows)
    pages = _pages(live, gone)
    fates = _former_fates(former, pages) | _fates(live, gone, redirects)
    cache, exceptions = _caching({path: row.max_age for path, row in live.items()})
    rules = _type_rules({path: row.type for path, row in live.items()})
    blocks = {
        ("$host", "$feedsvc_site"): (_sites(hosts), {}, site(hosts, 0)),
        ("$feedsvc_path", "$feedsvc_type"): (_odd_types(live, rules), rules, "application/octet-stream"),
        ("$feedsvc_path", "$feedsvc_cache"): (exceptions, _LASTING, cache),
        ("$feedsvc_path", "$feedsvc_link"): (_links(live, links), {}, ""),
        ("$feedsvc_path", "$feedsvc_fate"): (
            {path: fates[path] for path in sorted(fates.keys() - live.keys())},
            {},
            "",
        ),
        ("$feedsvc_key", "$feedsvc_page"): (pages, {}, ""),
        ("$feedsvc_type", "$feedsvc_policy"): ({}, {"^text/html": CSP, "svg": SANDBOX}, ""),
        ("$host", "$feedsvc_media_policy"): ({}, {}, SANDBOX),
        ("$host", "$feedsvc_error_policy"): ({}, {}, CSP),
    }
    text = _HEAD + _sizes([exact for exact, _, _ in blocks.values()])
    for (source, target), (exact, patterns, default) in blocks.items():
        text += block(source, target, exact, patterns, default)
    return text.encode()


def fates_of(
    rows: Iterable[PublishedDocument], redirects: Mapping[str, str], former: Iterable[tuple[str, str]] = ()
) -> tuple[dict[str, str], dict[str, str]]:
    """The fates of paths without a document, and the pages of articles by key, in the form of the maps."""
    live, gone = _live_and_gone(rows)
    pages = _pages(live, gone)
    fates = _former_fates(former, pages) | _fates(live, gone, redirects)
    return {path: fates[path] for path in sorted(fates.keys() - live.keys())}, pages


def _live_and_gone(rows: Iterable[PublishedDocument]) -> tuple[dict[str, PublishedDocument], list[str]]:
    """The documents of the canonical address by path, and the sorted paths of those that are gone."""
    known = {row.path: row for row in rows if row.address == 0}
    live = {path: row for path, row in sorted(known.items()) if row.status == LIVE}
    return live, sorted(path for path, row in known.items() if row.status == GONE)


def _sites(hosts: tuple[str, ...]) -> dict[str, str]:
    return {_literal(host): site(hosts, address) for address, host in enumerate(hosts)}


def _literal(host: str) -> str:
    return f"[{host}]" if ":" in host else host


# --- contents ---------------------------------------------------------------------------------------------------------


def _caching(ages: Mapping[str, int]) -> tuple[str, dict[str, str]]:
    """The Cache-Control of most paths, and the paths with another, except those matched by a rule."""
    ages = {path: age for path, age in ages.items() if not any(re.search(rule, path) for rule in _LASTING)}
    usual = Counter(ages.values()).most_common(1)[0][0] if ages else 300
    return cache_control(usual), {path: cache_control(age) for path, age in ages.items() if age != usual}


def _type_rules(types: Mapping[str, str]) -> dict[str, str]:
    """The media types by regular expression.

    A file at the root gives its type to all files of the same name, so that a new section needs no reload of nginx.
    """
    roots = {path: kind for path, kind in types.items() if path.count("/") == 1 and path != "/" and not is_asset(path)}
    names = {f"{_pattern(path)}$": kind for path, kind in roots.items()}
    kinds = {guess(f"x.{suffix}") for suffix in _SUFFIXES} - {""}
    media = {f"(?i)^/media/.*\\.({'|'.join(_suffixes(kind))})$": kind for kind in sorted(kinds)}
    return ASSET_TYPES | names | {"/$|^/articles/": PAGE} | media


def _suffixes(kind: str) -> list[str]:
    return [suffix for suffix in _SUFFIXES if guess(f"x.{suffix}") == kind]


def _odd_types(live: Mapping[str, PublishedDocument], rules: Mapping[str, str]) -> dict[str, str]:
    """The paths whose type differs from that of the first rule that matches."""
    compiled = [(re.compile(pattern), kind) for pattern, kind in rules.items()]

    def ruled(path: str) -> str:
        return next((kind for pattern, kind in compiled if pattern.search(path)), "")

    return {path: row.type for path, row in live.items() if ruled(path) != row.type}


def _links(live: Mapping[str, PublishedDocument], links: TopicLinks | None) -> dict[str, str]:
    """The Link header of each topic."""
    return {path: links.header(quote(path)) for path, row in live.items() if row.topic} if links else {}


def _former_fates(former: Iterable[tuple[str, str]], pages: Mapping[str, str]) -> dict[str, str]:
    """The page of an article, or 410, for each of its former paths; of several articles, the first that can be read."""
    fates: dict[str, str] = {}
    for path, key in former:
        fate = pages.get(key, "")
        if fate and fates.get(path, "410") == "410":
            fates |= dict.fromkeys((path, f"{path}/", f"{path}/index.html"), fate)
    return fates


def _fates(live: Mapping[str, object], gone: Iterable[str], redirects: Mapping[str, str]) -> dict[str, str]:
    """The status 410, or the target address, of paths without a file."""
    folders = {path.removesuffix("/"): quote(path) for path in live if path.endswith("/") and path != "/"}
    moved = {unquote(old): uri(new) for old, new in redirects.items()}
    others = [path for path in gone if not _is_article(path)]  # articles are covered by `_pages`, without their slugs
    fates = dict.fromkeys((*others, *(path.removesuffix("/") for path in others)), "410") | folders | moved
    return {path: fate for path, fate in sorted(fates.items()) if path not in live}


def _pages(live: Iterable[str], gone: Iterable[str]) -> dict[str, str]:
    """The page of an article, or 410, by its key."""
    fates = dict.fromkeys(map(_key, filter(_is_article, gone)), "410")
    return fates | {_key(path): quote(path) for path in live if _is_article(path)}


def _is_article(path: str) -> bool:
    return path.startswith("/articles/")


def _key(path: str) -> str:
    return path.split("/")[2]


# --- nginx syntax -----------------------------------------------------------------------------------------------------


def block(source: str, target: str, exact: Mapping[str, str], patterns: Mapping[str, str], default: str) -> str:
    """One `map` block. nginx treats keys that differ only by ASCII case as the same, so these become regular
    expressions."""
    twins = Counter(key.lower() for key in exact)
    lines = [f"default {_value(default)};"]
    for key, value in exact.items():
        name = f"~^{_pattern(key)}$" if twins[key.lower()] > 1 else key if key.startswith("/") else f"\\{key}"
        lines.append(f"{_text(name)} {_value(value)};")
    lines += [f"{_text(f'~{pattern}')} {_value(value)};" for pattern, value in patterns.items()]
    return f"map {source} {target} {{\n" + "".join(f"    {line}\n" for line in lines) + "}\n"


def _text(text: str) -> str:
    """A string in nginx's quotes, in which only these two characters are special."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


def _value(text: str) -> str:
    return _text(text).replace("$", "${feedsvc_dollar}")


def _pattern(text: str) -> str:
    """A regular expression that matches exactly `text`, both in PCRE on bytes and in Python."""
    return re.sub(r"([^\w/-])", lambda found: "\\" + found[1] if found[1].isascii() else found[1], text)


def _sizes(maps: list[dict[str, str]]) -> str:
    """The hash size directives for the longest key and the largest map: nginx requires powers of two."""
    longest = max((len(key.encode()) for keys in maps for key in keys), default=0)
    largest = max(map(len, maps))
    return f"map_hash_bucket_size {_power(longest + 32, 128)};\nmap_hash_max_size {_power(2 * largest, 2048)};\n"


def _power(least: int, start: int) -> int:
    while start < least:
        start *= 2
    return start

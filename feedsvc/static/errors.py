"""The pages that go with a status, as `feedsvc serve` shows them."""

from feedsvc import pages

WORDS = {
    301: ("Moved", "This is at another address now."),
    404: ("Not found", "There is nothing at this address, and as far as we know there never was."),
    405: ("Not possible", "This address can be read, and nothing else."),
    410: ("Gone", "What was here has been taken down for good."),
    503: ("One moment", "This cannot be shown just now. Please come back in a few seconds."),
}


def messages(site_title: str, language: str) -> dict[str, bytes]:
    """By name below the folder. No host's name begins with `_`."""
    return {
        f"_errors/{code}.html": pages.message(site_title, code, title, text, language)
        for code, (title, text) in WORDS.items()
    }

"""Text that nobody writes but to slow a program down."""

from collections.abc import Iterator

SIZE = 100_000
"""Characters of each of them."""
ODD = (
    *" \t\n;-,/:.\"'<>&=()[]{}\\*+?!#%@_~|^aA0é\u00a0\u200b\u2028",
    *(
        "<a ",
        "<p",
        "<p>",
        "<!--",
        "</",
        "&#",
        "&amp;",
        "W/",
        'W/"',
        '";',
        "--",
        "\n-",
        "- ",
        " /",
        "/ ",
        "a/",
        "a.",
        "a@",
    ),
    *("x: ", "1,", "a b ", "aB", "a:b:", "%2", '\\"', "'\"", "='", ' a="', '"a",', "https://a/"),
)
"""Signs that such a text repeats: each means something to one syntax or another."""


def hostile(size: int = SIZE) -> Iterator[str]:
    """Each of ODD over and over, alone and between signs with which no syntax begins or ends."""
    for part in ODD:
        text = part * (size // len(part))
        yield text
        yield f"\x00{text}a\x00"

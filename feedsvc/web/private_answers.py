"""Answers that are for operators alone: no cache keeps them, and strangers get the same refusal whatever they ask."""

from flask import Response

from feedsvc.web.trust import LOCAL


def refusal(trust: tuple[str, ...]) -> Response:
    """The answer to strangers, which is the same whatever they ask. Browsers ask for a token where one would help."""
    text = "This is for operators: config.toml says who is one, [console] trust.\n"
    if any(entry != LOCAL for entry in trust):
        return plain(text, 401, ("WWW-Authenticate", 'Basic realm="console", charset="UTF-8"'))
    return plain(text, 403)


def plain(text: str, code: int, *more: tuple[str, str]) -> Response:
    """An answer in words, with `more` headers."""
    response = private(Response(text, code, content_type="text/plain; charset=utf-8"))
    response.headers.update(dict(more))
    return response


def private(response: Response) -> Response:
    """`response` with the headers of all that only operators see."""
    response.headers.update(
        {
            "Cache-Control": "no-store",
            "Vary": "Authorization",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
            "Referrer-Policy": "same-origin",
        }
    )
    return response

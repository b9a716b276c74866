"""Answers for operators only: no cache keeps them, and strangers get the same refusal for every request."""

from flask import Response

from feedsvc.web.trust import LOCAL


def refusal(trust: tuple[str, ...]) -> Response:
    """The refusal, the same for every request: 401 if a token would help, so that browsers ask for one, else 403."""
    text = "This is for operators: config.toml says who is one, [console] trust.\n"
    if any(entry != LOCAL for entry in trust):
        return plain(text, 401, ("WWW-Authenticate", 'Basic realm="console", charset="UTF-8"'))
    return plain(text, 403)


def plain(text: str, code: int, *more: tuple[str, str]) -> Response:
    """A plain-text answer, with `more` headers."""
    response = private(Response(text, code, content_type="text/plain; charset=utf-8"))
    response.headers.update(dict(more))
    return response


def private(response: Response) -> Response:
    """`response` with the headers of every answer that only operators see."""
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

"""The caption of a saved page's lead picture: a paragraph that ends in a credit, `… (Photo by AFP)`."""

import re
from collections.abc import Iterator

_PICTURE = (
    r"(?:(?:file|archive|archival|handout|stock|screen)[ -]?)?"
    r"(?:photo(?:graph)?s?|pictures?|images?|illustration|graphic|screengrab|screenshot|grab|video|map|cartoon"
    r"|fotos?|bild|imagen|фото|عکس|صورة)"
)
_AGENCY = (
    r"(?:AFP|AP|(?:The )?Associated Press|Reuters|Getty(?: Images)?|EPA(?:-EFE)?|EFE|DPA|ANSA|PA(?: Media)?|Xinhua"
    r"|TASS|Anadolu(?: Agency)?|IRNA|Kyodo(?: News)?|Yonhap|Bloomberg|NurPhoto|Shutterstock|iStock|Alamy|Unsplash"
    r"|Pexels|Wikimedia Commons|NASA)"
)
_CREDITS = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"(?P<who>){_PICTURE}\.?",
        # Without a full stop after it: a paragraph of the body may well end in "(AP).".
        rf"(?P<who>{_AGENCY})",
        rf"{_PICTURE}(?: ?(?:credits?|courtesy)(?: of)?)? ?(?:\b(?:by|via|from|of)\b|[:/–—©-]) ?(?P<who>.+)",
        rf"(?P<who>(?-i:[^a-z]).*?)[ /,-]+{_PICTURE}\.?",
        r"(?:(?:via|source|credits?|courtesy(?: of)?|copyright)(?: ?:)? |© ?)(?P<who>(?-i:[^a-z: ]).*)",
        rf"(?P<who>{_AGENCY} ?/ ?[^/]+(?<!\.)|[^/]+ ?/ ?{_AGENCY})",
    )
)
_LONGEST = 5_000
"""Characters of a caption; more is a text that ends in a credit."""
_HIGHEST = 12
"""Lines of a wrapped caption."""
_ENDING = re.compile(r" ?[(\[]([^()\[\]]{1,160})[)\]](\.?)$")


def split(paragraph: str) -> tuple[str, str] | None:
    """The caption and who made the picture, `("Boats in port.", "AFP")`; None for a paragraph without credit.

    A picture that is said to be nobody's, `(File photo)`, keeps that remark in its caption.
    """
    ending = _ENDING.search(paragraph, max(0, len(paragraph) - 170))
    if ending is None or len(paragraph) > _LONGEST:
        return None
    credit = next(filter(None, (shape.fullmatch(ending[1].strip() + ending[2]) for shape in _CREDITS)), None)
    if credit is None:
        return None
    return paragraph[: ending.start()] if credit["who"] else paragraph, credit["who"].strip(" .")


def take(lines: list[str]) -> tuple[str, str, list[str]]:
    """Caption, credit, and the lines without them; both empty if `lines` do not begin with a caption."""
    for end in _ends(lines):
        if found := split(" ".join(filter(None, lines[:end]))):
            return *found, lines[end:]
    return "", "", lines


def _ends(lines: list[str]) -> Iterator[int]:
    """After how many lines a caption may end: where the line below is empty or starts a sentence."""
    height = next((at for at, line in enumerate(lines) if not line), len(lines))
    for end in range(1, min(height, _HIGHEST) + 1):
        if end == height or not lines[end][0].islower():
            yield end
    # A credit may stand below its caption as a paragraph of its own.
    alone = next((at for at in range(height, len(lines)) if lines[at]), None)
    if alone is not None and height <= _HIGHEST and (split(lines[alone]) or ("no credit",))[0] == "":
        yield alone + 1

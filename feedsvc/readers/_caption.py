"""The caption of a saved page's lead picture: a paragraph that ends in a credit, `… (Photo by AFP)`."""

import re

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
_ENDING = re.compile(r" ?[(\[]([^()\[\]]{1,160})[)\]](\.?)$")


def split(paragraph: str) -> tuple[str, str] | None:
    """The caption and who made the picture, `("Boats in port.", "AFP")`; None for a paragraph without credit.

    A picture that is said to be nobody's, `(File photo)`, keeps that remark in its caption.
    """
    ending = _ENDING.search(paragraph, max(0, len(paragraph) - 170))
    if ending is None:
        return None
    credit = next(filter(None, (shape.fullmatch(ending[1].strip() + ending[2]) for shape in _CREDITS)), None)
    if credit is None:
        return None
    return paragraph[: ending.start()] if credit["who"] else paragraph, credit["who"].strip(" .")


def take(paragraphs: list[str]) -> tuple[str, str, list[str]]:
    """Caption, credit, and the paragraphs without them; both empty if the text does not begin with a caption."""
    for count in (1, 2):
        # A credit may stand alone below its caption.
        found = split(" ".join(paragraphs[:count])) if count == 1 or _is_credit(paragraphs[1:2]) else None
        if found:
            return *found, paragraphs[count:]
    return "", "", paragraphs


def _is_credit(paragraph: list[str]) -> bool:
    return bool(paragraph) and (split(paragraph[0]) or ("no", ""))[0] == ""

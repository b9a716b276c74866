"""Turns lazy, AMP and noscript pictures of a page into plain ones, and separates their captions from the text."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from feedsvc.model.text import xml_safe
from feedsvc.readers.html.lazy_images import LAZY_SETS, is_placeholder, lazy_address
from feedsvc.readers.lines import captions
from feedsvc.readers.lines.layout import tidy
from feedsvc.readers.page.blocks import cut, measured
from feedsvc.readers.page.class_names import names
from feedsvc.readers.page.elements import Element, words

_AMP = {"amp-img": "img", "amp-anim": "img", "amp-video": "video", "amp-audio": "audio"}
_CAPTION = re.compile(
    r"(?<![^\s-])(?:caption|caption-text|captions?|legend|bildunterschrift|bu|img-description|image-description|photo-credit|legende|pie-de-foto)(?![^\s-])"
)
_SIZE = re.compile(r"[-_]\d{2,4}x\d{2,4}(?=\.)|@\dx(?=\.)")
_LONGEST_CAPTION = 1_000
_NEAR = 3
"""Levels around a caption within which its picture must be."""
_BESIDE = 80
"""Most characters beside a caption in the element that holds it and its picture."""


def settle(root: Element) -> None:
    """Gives each picture below `root` its address, removes those that have none, and makes figures of those with a
    caption beside them."""
    for element in [*root.iter(*_AMP)]:
        element.tag = _AMP[element.tag]
    for noscript in [*root.iter("noscript")]:
        _settle_noscript(noscript)
    for source in root.iter("source"):
        if not source.get("srcset") and (said := _lazy_set(source)):
            source.set("srcset", xml_safe(said))
    cut(root, [image for image in root.iter("img") if not _settle_image(image)])
    _make_figures(root)


def caption_of(root: Element, url: str) -> tuple[str, str]:
    """The caption and credit of the figure that shows the picture at `url`, in any size; empty if there is none."""
    wanted = _file(url)
    for figure in root.iter("figure"):
        if wanted and any(_file(image.get("src", "")) == wanted for image in figure.iter("img")):
            line = next((tidy(words(each)) for each in figure.iter("figcaption")), "")
            return (captions.split(line) or (line, "")) if len(line) <= _LONGEST_CAPTION else ("", "")
    return "", ""


def is_named_caption(element: Element) -> bool:
    """True if the element has a name that templates give to captions."""
    return element.tag == "figcaption" or bool(_CAPTION.search(names(element)))


def _file(url: str) -> str:
    """The name of a picture's file, without its size; empty for an address that names none."""
    try:
        name = urlsplit(url).path.rpartition("/")[2]
    except ValueError:  # brackets without an IP address in them
        return ""
    return _SIZE.sub("", name.casefold())


def _lazy_set(element: Element) -> str:
    return next((str(element.get(name)) for name in LAZY_SETS if element.get(name)), "")


def _attributes(element: Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def _settle_image(image: Element) -> bool:
    """Gives `image` its address. Returns False if it has none."""
    if said := lazy_address(_attributes(image)):
        image.set("src", xml_safe(said))
        if lazy_set := _lazy_set(image):
            image.set("srcset", xml_safe(lazy_set))
        return True
    return not is_placeholder(image.get("src", ""))


def _settle_noscript(noscript: Element) -> None:
    """Replaces a picture that waits for a script with the one in the `noscript` element beside it."""
    images = [*noscript.iter("img")]
    if len(images) != 1 or "".join(map(str, noscript.itertext())).strip():
        return
    waiting = next(_beside(noscript), None)
    if waiting is None:
        noscript.tag = "span"
    elif is_placeholder(waiting.get("src", "")) or lazy_address(_attributes(waiting)):
        for name in [str(name) for name in waiting.attrib if str(name).startswith("data-")]:
            del waiting.attrib[name]
        for name, value in images[0].attrib.items():
            waiting.set(name, xml_safe(str(value)))


def _beside(noscript: Element) -> Iterator[Element]:
    for neighbour in (noscript.getprevious(), noscript.getnext()):
        if neighbour is not None:
            yield from neighbour.iter("img")


def _make_figures(root: Element) -> None:
    named_captions = [each for each in root.iter("div", "p", "span", "small", "figcaption") if is_named_caption(each)]
    if not named_captions:
        return
    measures = measured(root)
    for caption in named_captions:
        chars = measures[caption].chars
        if not 0 < chars <= _LONGEST_CAPTION or measures[caption].shown:
            continue
        for level, outer in enumerate(caption.iterancestors()):
            if (
                level >= _NEAR
                or outer.tag in ("figure", "table", "body", "html", "article", "main")
                or measures[outer].chars > chars + _BESIDE
            ):
                break
            if measures[outer].shown:
                outer.tag, caption.tag = "figure", "figcaption"
                break

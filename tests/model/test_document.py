"""A document is made once, and differs from address to address by its links alone."""

from feedsvc.model.document import Document
from feedsvc.model.urls import SITE


def test_a_document_has_the_links_of_the_address_that_was_asked() -> None:
    document = Document(path="/rss.xml", type="x", max_age=1, body=f"{SITE}/a {SITE}.example".encode())
    assert document.at("https://b.example") == b"https://b.example/a https://b.example.example"

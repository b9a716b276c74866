"""Each kind of cache is asked as its vendor's documents say, over a real connection."""

import asyncio
import json
import time
from collections.abc import Mapping
from xml.etree import ElementTree

import pytest
from object_store import ACCESS, SECRET_KEY, is_signed
from subscriber import Said, listening

from feedsvc.push.cache_service import Order
from feedsvc.push.caches import SERVICES
from feedsvc.push.caches._aws import Key, signed
from feedsvc.push.client import HttpClient
from feedsvc.push.guard import Guard
from feedsvc.push.outcome import Request

URLS = ("https://www.mere.example/articles/k/caf%C3%A9-~1", "https://www.mere.example/rss.xml")
NOW = 1_764_411_600


TAGS = ("feedsvc-1", "feedsvc-2")


def ask(
    name: str, suffix: str = "", names: tuple[str, ...] = URLS, *, secrets: Mapping[str, str] | None = None
) -> Said:
    """The request by which the service `name` is asked for URLS or TAGS, as it arrives."""
    service, by_tag = SERVICES[name], names is TAGS
    with listening() as cache:
        given = dict.fromkeys(service.secrets, "s3cret") if secrets is None else secrets
        order = Order(names, by_tag, cache.url + suffix, "Id_1", "", given, "7-1", NOW)
        assert by_tag or len(names) <= service.size(order.api)
        client = HttpClient(Guard(["127.0.0.0/8"]), time.monotonic)
        assert asyncio.run(client.send(service.request(order))).status == 200
        [said] = cache.said
    return said


def test_fastly_is_asked_for_each_url_with_its_key() -> None:
    said = ask("fastly", names=URLS[:1])
    assert (said.method, said.path) == ("POST", "/purge/www.mere.example/articles/k/caf%C3%A9-~1")
    assert said.headers["fastly-key"] == "s3cret"


def test_fastly_is_asked_for_many_keys_of_a_service() -> None:
    said = ask("fastly", names=TAGS)
    assert (said.method, said.path) == ("POST", "/service/Id_1/purge")
    assert (said.headers["fastly-key"], said.headers["content-type"]) == ("s3cret", "application/json")
    assert json.loads(said.body) == {"surrogate_keys": list(TAGS)}


def test_cloudflare_is_asked_for_many_files_of_a_zone() -> None:
    said = ask("cloudflare")
    assert (said.method, said.path) == ("POST", "/zones/Id_1/purge_cache")
    assert said.headers["authorization"] == "Bearer s3cret"
    assert said.headers["content-type"] == "application/json"
    assert json.loads(said.body) == {"files": list(URLS)}
    assert json.loads(ask("cloudflare", names=TAGS).body) == {"tags": list(TAGS)}


def test_cloudfront_is_asked_for_an_invalidation_that_is_signed() -> None:
    secrets = {"AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    said = ask("cloudfront", secrets=secrets)
    assert (said.method, said.path) == ("POST", "/2020-05-31/distribution/Id_1/invalidation")
    assert is_signed(said.method, said.path, said.headers, said.body, "cloudfront")
    batch = ElementTree.fromstring(said.body)
    name = "{http://cloudfront.amazonaws.com/doc/2020-05-31/}"
    assert batch.tag == f"{name}InvalidationBatch"
    assert [each.text for each in batch.iter(f"{name}Path")] == ["/articles/k/caf%C3%A9-%7E1", "/rss.xml"]
    assert batch.findtext(f"{name}Paths/{name}Quantity") == "2"
    assert (batch.findtext(f"{name}CallerReference") or "").startswith("feedsvc-7-1-")
    assert b"<Path>#feedsvc-1</Path><Path>#feedsvc-2</Path>" in ask("cloudfront", names=TAGS, secrets=secrets).body


def test_a_request_is_signed_as_the_example_of_aws_is() -> None:
    """AWS General Reference, "Examples of the complete Signature Version 4 signing process"."""
    form = ("content-type", "application/x-www-form-urlencoded; charset=utf-8")
    asked = Request("GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", (form,))
    key = Key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    found = dict(signed(asked, key, "us-east-1", "iam", 1_440_938_160).headers)
    assert found["x-amz-date"] == "20150830T123600Z"
    assert found["authorization"].endswith("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
    session = dict(signed(asked, key._replace(session="token"), "us-east-1", "iam", 1_440_938_160).headers)
    assert session["x-amz-security-token"] == "token"
    assert "x-amz-security-token" in session["authorization"]


@pytest.mark.parametrize(
    ("suffix", "method", "path", "query", "host"),
    [
        ("{path}", "PURGE", "/articles/k/caf%C3%A9-~1", {}, "www.mere.example"),
        ("/purge?url={url}", "PURGE", "/purge", {"url": URLS[0]}, ""),
    ],
)
def test_any_other_cache_is_asked_for_each_url(
    suffix: str, method: str, path: str, query: dict[str, str], host: str
) -> None:
    said = ask("http", suffix, URLS[:1], secrets={"FEEDSVC_PURGE_TOKEN": "s3cret"})
    assert (said.method, said.path, said.query) == (method, path, query)
    assert said.headers["authorization"] == "Bearer s3cret"
    assert said.headers["host"].startswith(host or "127.0.0.1:")


def test_any_other_cache_may_take_a_list() -> None:
    said = ask("http", "/hook", secrets={})
    assert (said.method, said.path, json.loads(said.body)) == ("POST", "/hook", {"urls": list(URLS)})
    assert "authorization" not in said.headers

"""The URLs that requests may go to, and the addresses."""

from ipaddress import ip_address

import pytest

from feedsvc.push.guard import Guard, is_public
from feedsvc.push.targets import BadTarget, parse_target

HOSTILE = [
    "",
    "ftp://reader.example/",
    "file:///etc/passwd",
    "gopher://reader.example/",
    "javascript:alert(1)",
    "//reader.example/",
    "/callback",
    "http:///callback",
    "http://",
    "http:reader.example/",
    "http://user@reader.example/",
    "http://user:pass@reader.example/",
    "http://reader.example@127.0.0.1/",
    "http://reader.example#@127.0.0.1/",
    "http://reader.example/#part",
    "http://reader.example\\@127.0.0.1/",
    "http://reader.example/a b",
    "http://reader.example/\r\nHost: other.example",
    "http://reader.example/\n",
    "http://reader.example/\tx",
    "http://reader.example/\x00",
    'http://reader.example/"quote',
    "http://reader.example/<tag>",
    "http://чит.example/",
    "http://①②⑦.⓪.⓪.①/",
    "http://reader.example/п",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://127.1/",
    "http://127.0.0.1.5/",
    "http://256.0.0.1/",
    "http://127.0.0.01/",
    "http://[::1/",
    "http://[::1%25lo]/",
    "http://[fe80::1%eth0]/",
    "http://[v1.a]/",
    "http://[1.2.3.4]/",
    "http://[]/",
    "http://reader.example:0/",
    "http://reader.example:/",
    "http://reader.example:99999/",
    "http://reader.example:-80/",
    "http://reader.example:8e1/",
    "http://-reader.example/",
    "http://reader..example/",
    "http://.example/",
    "http://reader%2eexample/",
    "http://reader.example%00.other.example/",
    f"http://{'a' * 64}.example/",
    f"http://reader.example/{'a' * 2_000}",
]


@pytest.mark.parametrize("url", HOSTILE)
def test_a_doubtful_url_is_refused(url: str) -> None:
    with pytest.raises(BadTarget):
        parse_target(url)


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://reader.example", "reader.example", "/"),
        ("https://Reader.Example./cb", "reader.example", "/cb"),
        ("http://reader.example:80/cb?id=1&x=%20", "reader.example", "/cb?id=1&x=%20"),
        ("https://reader.example:8443/cb?", "reader.example:8443", "/cb?"),
        ("http://xn--e1aybc.example/", "xn--e1aybc.example", "/"),
        ("http://192.0.2.7:8080/", "192.0.2.7:8080", "/"),
        ("http://[2001:DB8:0::7]/x", "[2001:db8::7]", "/x"),
        ("http://feeds_1.reader.example/", "feeds_1.reader.example", "/"),
    ],
)
def test_a_plain_url_is_taken_apart(url: str, host: str, path: str) -> None:
    target = parse_target(url)
    assert (target.host, target.path) == (host, path)


ADDRESSES = """0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8
192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1
2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 5f00::1 fc00::1 fd12::1 fe80::1 fec0::1 ff02::1"""
PRIVATE = ADDRESSES.split()


@pytest.mark.parametrize("address", PRIVATE)
def test_nothing_is_sent_to_an_address_that_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))
    literal = f"[{address}]" if ":" in address else address
    assert Guard().refuses_for_good(parse_target(f"http://{literal}/cb"))


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "100.63.0.1", "172.32.0.1", "2606:4700::1", "2a00:1450::1"])
def test_public_addresses_are_accepted(address: str) -> None:
    assert is_public(ip_address(address))
    literal = f"[{address}]" if ":" in address else address
    assert not Guard().refuses_for_good(parse_target(f"https://{literal}/cb"))


def test_on_the_internet_only_the_usual_ports_are_used() -> None:
    guard = Guard()
    assert guard.refuses_for_good(parse_target("http://reader.example:22/"))
    assert not guard.refuses_for_good(parse_target("http://reader.example:443/"))
    assert not guard.accepts(ip_address("8.8.8.8"), parse_target("http://reader.example:25/"))


def test_an_allowed_network_may_be_used_at_any_port_and_no_other() -> None:
    guard = Guard(["127.0.0.0/8", "fd12::/16"])
    assert guard.accepts(ip_address("127.0.0.1"), parse_target("http://127.0.0.1:8081/"))
    assert guard.accepts(ip_address("fd12::9"), parse_target("http://[fd12::9]:8081/"))
    assert not guard.accepts(ip_address("::ffff:127.0.0.1"), parse_target("http://[::ffff:127.0.0.1]/"))
    assert not guard.accepts(ip_address("10.0.0.1"), parse_target("http://10.0.0.1/"))

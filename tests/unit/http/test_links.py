"""A signed link: what it leads to comes out of it again, and nothing else passes for one."""

from __future__ import annotations

import base64
import re

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.auth import mint_token
from gateway.errors import LinkExpired, LinkForged
from gateway.http.downloads import disposition
from gateway.http.links import Link, Links, Purpose
from tests.budget import examples
from tests.support import JWT_SECRET

LINK = Link("652f00000000000000000001", Purpose.FILE, "ab" * 32, "Factura de Ñandú.xml")


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def token_of(links: Links, link: Link = LINK) -> str:
    return links.url(link)[0].rpartition("/")[2]


def test_a_link_leads_to_what_it_was_made_for() -> None:
    links = Links(JWT_SECRET, "https://sat.example.mx/api")
    url, _ = links.url(LINK)
    assert re.fullmatch(r"https://sat\.example\.mx/api/files/[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}", url)
    assert links.open(token_of(links)) == LINK


def test_it_ends_after_a_quarter_of_an_hour_at_the_earliest_and_half_an_hour_at_the_latest() -> None:
    clock = Clock()
    links = Links(JWT_SECRET, "", clock=clock)
    token = token_of(links)
    expires = links.url(LINK)[1].timestamp()
    assert 900 < expires - clock.now <= 1800
    clock.now = expires - 1
    assert links.open(token) == LINK
    clock.now = expires
    with pytest.raises(LinkExpired):
        links.open(token)


def test_the_same_page_asked_for_again_has_the_same_links() -> None:
    clock = Clock()
    links = Links(JWT_SECRET, "", clock=clock)
    first = links.url(LINK)
    clock.now += 60
    assert links.url(LINK) == first


@settings(deadline=None, max_examples=examples(50))
@given(st.integers(min_value=0), st.sampled_from("AZaz09_-.é\x00"))
def test_a_link_with_one_letter_changed_is_forged(place: int, letter: str) -> None:
    links = Links(JWT_SECRET, "", clock=Clock())
    token = token_of(links)
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]
    if changed == token:
        return
    # The last letter of base64 may hold bits that say nothing: even so another text is another signature.
    with pytest.raises(LinkForged):
        links.open(changed)


@settings(deadline=None, max_examples=examples(50))
@given(st.text(max_size=200))
def test_any_text_is_forged_and_breaks_nothing(text: str) -> None:
    with pytest.raises(LinkForged):
        Links(JWT_SECRET, "").open(text)


def test_neither_another_secret_nor_a_viewers_token_opens_it() -> None:
    links = Links(JWT_SECRET, "")
    with pytest.raises(LinkForged):
        Links("another secret, also of 32 bytes or more", "").open(token_of(links))
    with pytest.raises(LinkForged):
        links.open(mint_token(JWT_SECRET, "viewer-1"))
    payload, _, signature = token_of(links).partition(".")
    header = base64.urlsafe_b64encode(b'{"alg":"HS256"}').decode().rstrip("=")
    with pytest.raises(jwt.PyJWTError):  # nor does a link pass for a token
        jwt.decode(f"{header}.{payload}.{signature}", JWT_SECRET, algorithms=["HS256"])


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("A.xml", 'attachment; filename="A.xml"'),
        ("Ñandú 1.xml", "attachment; filename=\"_and_ 1.xml\"; filename*=UTF-8''%C3%91and%C3%BA%201.xml"),
        ('a"; filename="b.exe', 'attachment; filename="a__ filename=_b.exe"'),
        ("a\r\nSet-Cookie: x=1", 'attachment; filename="a__Set-Cookie_ x=1"'),
        ("../../etc/passwd", 'attachment; filename="_.._etc_passwd"'),
        ("C:\\x\\y.xml", 'attachment; filename="C__x_y.xml"'),
        ("safe\u202elmx.exe", 'attachment; filename="safelmx.exe"'),
        ("..", 'attachment; filename="file"'),
        ("\ud800.xml", 'attachment; filename="xml"'),
    ],
)
def test_a_name_that_somebody_chose_is_only_a_name(name: str, header: str) -> None:
    assert disposition(name, inline=False) == header


@settings(deadline=None, max_examples=examples(50))
@given(st.text())
def test_every_name_makes_one_header_of_printable_ascii(name: str) -> None:
    header = disposition(name, inline=False)
    assert re.fullmatch(r"""attachment; filename="[^"\\/\x00-\x1f]+"(; filename\*=UTF-8''[A-Za-z0-9._~%-]+)?""", header)
    header.encode("latin-1")

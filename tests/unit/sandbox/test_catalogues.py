"""Catalogues, as the widget and the official collections ask for them."""

from __future__ import annotations

import struct
import zlib

import pytest

from gateway.sandbox.assets import digits_png
from gateway.syncfy.sites import Site
from tests.unit.sandbox.support import ALL_IN_ONE, KEY, sandbox


async def test_the_widget_finds_all_in_one_with_its_form_and_its_organization() -> None:
    async with sandbox() as syncfy:
        _, session = await syncfy.user()
        (site,) = await syncfy.call("GET", f"/catalogues/widget/sites/{ALL_IN_ONE}?locale=es", headers=session)
        assert (site["version"], site["endpoint"], site["name"]) == (3, "/v1/jobs", "SAT All in One")
        (form,) = site["input"]
        assert form["name"] == "Default"
        assert [(field["name"], field["type"]) for field in form["fields"]] == [
            ("rfc", "text"),
            ("password", "password"),
        ]
        assert site["site_organization"]["name"] == "SAT"
        for picture in ("avatar", "cover", "small_cover"):
            shown = await syncfy.http.get(site["site_organization"][picture])
            assert shown.headers["content-type"].startswith("image/")
        await syncfy.call("GET", "/catalogues/widget/sites/nothing", code=404, headers=session)


async def test_organizations_nest_their_sites() -> None:
    async with sandbox() as syncfy:
        (sat,) = await syncfy.call("GET", "/catalogues/organizations/sites", headers=KEY)
        assert {site.id for site in Site} < {site["id_site"] for site in sat["sites"]}
        assert all("id_site_organization" not in site for site in sat["sites"])
        ciec = next(site for site in sat["sites"] if site["id_site"] == Site.CIEC.id)
        assert (ciec["version"], ciec["endpoint"]) == (1, "/v1/credentials")
        assert [field["username"] for field in ciec["credentials"]] == [True, False]


@pytest.mark.parametrize(
    "path",
    [
        "/catalogues/account_types",
        "/catalogues/attachment_types",
        "/catalogues/countries",
        "/catalogues/site_organization_types",
        "/catalogues/site_organizations",
        "/catalogues/sites",
        "/documents/catalogues/document_types",
        "/documents/catalogues/document_status",
    ],
)
async def test_every_table_is_a_list_of_rows_with_an_id(path: str) -> None:
    async with sandbox() as syncfy:
        rows = await syncfy.call("GET", path, headers=KEY)
        assert rows
        name = next(iter(rows[0]))
        assert all(len(row[name]) == 24 for row in rows)
        assert await syncfy.call("GET", f"{path}?limit=1&fields={name}", headers=KEY) == [{name: rows[0][name]}]


async def test_catalogues_can_be_filtered() -> None:
    async with sandbox() as syncfy:
        (site,) = await syncfy.call("GET", f"/catalogues/sites?id_site={Site.CIEC.id}", headers=KEY)
        assert site["name"] == "CIEC"
        assert await syncfy.call("GET", "/catalogues/site_organizations?id_country=none", headers=KEY) == []


def test_a_captcha_is_a_picture_that_people_can_read() -> None:
    picture = digits_png("123456")
    width, height = struct.unpack(">II", picture[16:24])
    pixels = zlib.decompress(picture[picture.index(b"IDAT") + 4 : picture.index(b"IEND") - 8])

    assert (width, height) == ((6 * 4 + 1) * 8, 7 * 8)
    assert len(pixels) == (width + 1) * height
    assert 0 < pixels.count(b"\xff") < width * height

"""Photos and thumbnails over HTTP: to the byte, kept by browsers, no way out of the folder."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image

from api_fixtures import CLI, Server, jpeg
from biaotu.api.thumbnails import SIZES
from biaotu.store import NewImage

pytest_plugins = ("store_fixtures", "api_fixtures")


def test_the_original_comes_to_the_byte(server: Server) -> None:
    record_id = server.record()
    digest = server.photo(record_id, 0, 7)
    client = server.client("reader")
    answer = client.get(f"/api/v1/images/{digest}")
    assert answer.content == jpeg(7)
    assert hashlib.sha256(answer.content).hexdigest() == digest
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "content-disposition" not in answer.headers
    part = client.get(f"/api/v1/images/{digest}", headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, jpeg(7)[:10])


def test_a_browser_that_has_it_gets_it_not_again(server: Server) -> None:
    digest = server.photo(server.record(), 0, 7)
    client = server.client("reader")
    for path in (f"/api/v1/images/{digest}", f"/api/v1/images/{digest}/thumbnail?size=160"):
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag


def test_a_browser_that_has_it_must_still_be_logged_in(server: Server) -> None:
    digest = server.photo(server.record(), 0, 7)
    answer = server.anyone().get(f"/api/v1/images/{digest}", headers={"If-None-Match": f'"{digest}"'})
    assert answer.status_code == 401


@pytest.mark.parametrize("size", SIZES)
def test_thumbnails_of_every_size(server: Server, size: int) -> None:
    digest = server.photo(server.record(), 0, 7, (3000, 2000))
    answer = server.client("reader").get(f"/api/v1/images/{digest}/thumbnail", params={"size": size})
    with Image.open(io.BytesIO(answer.content)) as small:
        assert (small.format, max(small.size)) == ("JPEG", size)
    kept = server.store.place.folder / "thumbnails" / str(size) / digest[:2] / f"{digest}.jpg"
    assert kept.read_bytes() == answer.content


@pytest.mark.parametrize("size", ["0", "-1", "321", "100000", "x", "1e3"])
def test_no_other_sizes(server: Server, size: str) -> None:
    digest = server.photo(server.record(), 0, 7)
    answer = server.client("reader").get(f"/api/v1/images/{digest}/thumbnail", params={"size": size})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert not (server.store.place.folder / "thumbnails").exists()


@pytest.mark.parametrize(
    "digest",
    [
        "0" * 64,
        "A" * 64,
        "0" * 63,
        "..",
        "../../biaotu.sqlite",
        "%2e%2e%2fbiaotu.sqlite",
        "..%2f..%2fbiaotu.sqlite",
        "..\\..\\biaotu.sqlite",
        "0" * 64 + "%00.jpg",
        "0" * 64 + "%0a",
    ],
)
def test_no_way_out_of_the_folder(server: Server, digest: str) -> None:
    client = server.client("reader")
    for path in ("", "/thumbnail"):
        answer = client.get(f"/api/v1/images/{digest}{path}")
        assert answer.status_code in (404, 422)
        assert answer.headers["content-type"] == "application/problem+json"
        assert b"SQLite format" not in answer.content


def test_a_photo_whose_file_is_gone_or_damaged(server: Server) -> None:
    record_id = server.record()
    digest = server.photo(record_id, 0, 7)
    client = server.client("reader")
    place = server.store.photos.path(digest, ".jpg")
    place.write_bytes(b"\xff\xd8 no picture any more")
    assert client.get(f"/api/v1/images/{digest}/thumbnail").json()["code"] == "invalid-input"
    place.unlink()
    for path in ("", "/thumbnail"):
        answer = client.get(f"/api/v1/images/{digest}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_a_tiff_is_shown_as_a_jpeg(server: Server) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (200, 100), "red").save(buffer, "TIFF")
    kept = server.store.photos.put(buffer.getvalue(), ".tif")
    with server.store.writing(CLI) as unit:
        unit.images.add_many([NewImage(kept.digest, ".tif", "image/tiff", kept.size, 200, 100)])
    client = server.client("reader")
    assert client.get(f"/api/v1/images/{kept.digest}").headers["content-type"] == "image/tiff"
    assert client.get(f"/api/v1/images/{kept.digest}/thumbnail").headers["content-type"] == "image/jpeg"

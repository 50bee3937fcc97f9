"""Published photos say nothing of place, time and owner, and show the same picture to the last pixel."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from biaotu.errors import InputError
from biaotu.export.packages.bare import bare
from format_samples import ROOT

SECRET = b"OWNER-AT-HOME"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def picture(mode: str = "RGB") -> Image.Image:
    pixels = np.random.default_rng(7).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    return Image.fromarray(pixels).convert(mode)


def exif(orientation: int) -> Image.Exif:
    """EXIF with a place, a comment of the owner and an orientation."""
    found = Image.Exif()
    found[0x0112] = orientation
    found[0x010E] = SECRET.decode()
    found.get_ifd(0x8825)[2] = (31.0, 14.0, 5.5)
    return found


def jpeg(orientation: int) -> bytes:
    return saved(picture(), "JPEG", exif=exif(orientation), icc_profile=PROFILE, comment=SECRET, xmp=b"<x>" + SECRET)


def progressive(orientation: int) -> bytes:
    return saved(
        picture(), "JPEG", exif=exif(orientation), icc_profile=PROFILE, progressive=True, restart_marker_rows=1
    )


def cmyk(orientation: int) -> bytes:
    return saved(picture("CMYK"), "JPEG", exif=exif(orientation), icc_profile=PROFILE)


def png(orientation: int) -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET.decode())
    notes.add_itxt("XML:com.adobe.xmp", SECRET.decode(), zip=True)
    return saved(picture(), "PNG", exif=exif(orientation), icc_profile=PROFILE, pnginfo=notes)


def webp(orientation: int) -> bytes:
    return saved(picture(), "WEBP", exif=exif(orientation), icc_profile=PROFILE, xmp=SECRET, lossless=True)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def shown(content: bytes) -> tuple[Any, bytes | None]:
    """The picture as a browser shows it, upright, and its colour profile."""
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return np.asarray(ImageOps.exif_transpose(image)), image.info.get("icc_profile")


@pytest.mark.parametrize("orientation", [1, 3, 6])
@pytest.mark.parametrize("make", [jpeg, progressive, cmyk, png, webp])
def test_metadata_goes_picture_and_profile_stay(make: Callable[[int], bytes], orientation: int) -> None:
    content = make(orientation)
    kind = {"png": "PNG", "webp": "WEBP"}.get(make.__name__, "JPEG")
    with Image.open(io.BytesIO(content)) as image:
        assert image.getexif().get_ifd(0x8825), "there was a place in it"
    clean = bare(content, kind, orientation)
    with Image.open(io.BytesIO(clean)) as image:
        left = dict(image.getexif())
        assert left == ({0x0112: orientation} if orientation != 1 else {}) and not image.getexif().get_ifd(0x8825)
        assert not {"comment", "xmp", "Author", "photoshop"} & set(image.info)
    assert SECRET not in clean
    pixels, profile = shown(content)
    same, kept = shown(clean)
    assert np.array_equal(pixels, same) and profile == kept == PROFILE
    assert bare(clean, kind, orientation) == clean


def test_a_second_picture_behind_the_first_goes_too() -> None:
    second = saved(picture(), "JPEG", comment=SECRET)
    buffer = io.BytesIO()
    picture().save(buffer, "MPO", save_all=True, append_images=[picture("L").convert("RGB")])
    for content, kind in ((jpeg(1) + second, "JPEG"), (buffer.getvalue(), "MPO")):
        clean = bare(content, kind, 1)
        assert clean.endswith(b"\xff\xd9") and clean.count(b"\xff\xd8\xff") == 1
        with Image.open(io.BytesIO(clean)) as image:
            assert image.format == "JPEG" and getattr(image, "n_frames", 1) == 1


def test_a_gif_keeps_its_film_and_loses_its_comments() -> None:
    frames = [picture("P"), picture("L").convert("P")]
    content = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], comment=SECRET, loop=3, duration=40)
    assert SECRET in content
    clean = bare(content, "GIF", 1)
    assert SECRET not in clean
    with Image.open(io.BytesIO(clean)) as image:
        assert getattr(image, "n_frames", 1) == 2 and image.info["loop"] == 3
    assert np.array_equal(shown(content)[0], shown(clean)[0])


def test_a_photo_that_was_cut_off_still_loses_its_metadata() -> None:
    content = jpeg(6)
    clean = bare(content[:-400], "JPEG", 6)
    assert SECRET not in clean and clean.startswith(b"\xff\xd8\xff\xe1")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_is_told_not_published(kind: str, data: st.DataObject) -> None:
    whole = {"JPEG": jpeg(6), "PNG": png(6), "WEBP": webp(6), "GIF": saved(picture("P"), "GIF", comment=SECRET)}[kind]
    spoilt = bytearray(whole)
    for place in data.draw(st.lists(st.integers(0, 400), max_size=4)):
        spoilt[place % len(spoilt)] = data.draw(st.integers(0, 255))
    cut = bytes(spoilt[: data.draw(st.integers(0, len(spoilt)))])
    try:
        clean = bare(cut, kind, 6)
    except InputError as error:
        assert "save it anew" in error.reason
    else:
        assert isinstance(clean, bytes)


def test_the_example_photos_lose_no_pixel() -> None:
    for path in sorted((ROOT / "examples" / "photos").glob("*.jpg"))[:4]:
        content = path.read_bytes()
        assert np.array_equal(shown(content)[0], shown(bare(content, "JPEG", 1))[0])


def test_another_file_than_it_says_is_told() -> None:
    with pytest.raises(InputError, match="damaged"):
        bare(png(1), "JPEG", 1)

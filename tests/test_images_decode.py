from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from biaotu.images import Photo, Preprocessing, load_photo, load_photos
from biaotu.records import Record

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 200, 30), (30, 30, 220), (230, 220, 40)
SMALL = Preprocessing(size=32, fit="squash")


def quarters(width: int = 80, height: int = 60) -> Image.Image:
    """A picture whose corners tell which way is up: red, green over blue, yellow."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(YELLOW, (width // 2, height // 2, width, height))
    return image


def corners(pixels: NDArray[np.uint8]) -> list[tuple[int, ...]]:
    far = pixels.shape[0] * 3 // 4
    near = pixels.shape[0] // 4
    return [tuple(int(v) for v in pixels[y, x]) for y in (near, far) for x in (near, far)]


def assert_upright(photo: Photo, tolerance: int = 40) -> None:
    got = np.array(corners(photo.pixels))
    assert np.abs(got - np.array([RED, GREEN, BLUE, YELLOW])).max() <= tolerance, got


def saved(image: Image.Image, path: Path, **options: Any) -> Path:
    image.save(path, **options)
    return path


@pytest.mark.parametrize("suffix", [".jpg", ".JPEG", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif"])
def test_every_format_is_read(tmp_path: Path, suffix: str) -> None:
    photo = load_photo(saved(quarters(), tmp_path / f"照片 1{suffix}"), SMALL)
    assert photo.pixels.shape == (32, 32, 3)
    assert photo.pixels.dtype == np.uint8
    assert (photo.width, photo.height, photo.notices) == (80, 60, ())
    assert_upright(photo)


def test_default_is_the_encoders(tmp_path: Path) -> None:
    assert load_photo(saved(quarters(), tmp_path / "a.png")).pixels.shape == (224, 224, 3)


@pytest.mark.parametrize("suffix", [".jpg", ".tif", ".png", ".webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turn(tmp_path: Path, suffix: str, orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = quarters() if orientation == 1 else quarters().transpose(undo[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = load_photo(saved(stored, tmp_path / f"a{suffix}", exif=exif), SMALL)
    assert_upright(photo)
    assert (photo.width, photo.height) == (80, 60)


@pytest.mark.parametrize("value", [0, 9, 255])
def test_unlawful_exif_turn_is_no_turn(tmp_path: Path, value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    assert_upright(load_photo(saved(quarters(), tmp_path / "a.jpg", exif=exif), SMALL))


@pytest.mark.parametrize("suffix", [".jpg", ".tif"])
def test_cmyk(tmp_path: Path, suffix: str) -> None:
    assert_upright(load_photo(saved(quarters().convert("CMYK"), tmp_path / f"a{suffix}"), SMALL))


@pytest.mark.parametrize(("suffix", "depth"), [(".png", 16), (".tif", 16), (".tif", 12)])
def test_deep_grey(tmp_path: Path, suffix: str, depth: int) -> None:
    values = np.tile(np.linspace(0, 2**depth - 1, 64).astype(np.uint16), (64, 1))
    photo = load_photo(saved(Image.fromarray(values), tmp_path / f"a{suffix}"), SMALL)
    row = photo.pixels[16, :, 0].astype(int)
    assert row[0] <= 8
    assert row[-1] >= 247
    assert (np.diff(row) >= 0).all()


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-3.0, 7.0), (0.0, 1e30)])
def test_float_tiff(tmp_path: Path, low: float, high: float) -> None:
    values = np.tile(np.linspace(low, high, 64).astype(np.float32), (64, 1))
    values[0, 0] = np.nan
    row = load_photo(saved(Image.fromarray(values), tmp_path / "a.tif"), SMALL).pixels[16, :, 0]
    assert row[0] <= 8
    assert row[-1] >= 247


def test_all_black_deep_grey(tmp_path: Path) -> None:
    path = saved(Image.fromarray(np.zeros((9, 9), dtype=np.int32)), tmp_path / "a.tif")
    assert load_photo(path, SMALL).pixels.max() == 0


def test_palette(tmp_path: Path) -> None:
    assert_upright(load_photo(saved(quarters().quantize(16), tmp_path / "a.png"), SMALL))


def test_one_bit(tmp_path: Path) -> None:
    image = Image.new("1", (40, 40), 0)
    image.paste(1, (0, 0, 20, 40))
    pixels = load_photo(saved(image, tmp_path / "a.png"), SMALL).pixels
    assert tuple(pixels[16, 4]) == (255, 255, 255)
    assert tuple(pixels[16, 28]) == (0, 0, 0)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_alpha_lies_on_white(tmp_path: Path, mode: str, suffix: str) -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 20, 40))
    pixels = load_photo(saved(image.convert(mode), tmp_path / f"a{suffix}"), SMALL).pixels
    assert tuple(pixels[16, 4]) == (0, 0, 0)
    assert tuple(pixels[16, 28]) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["P", "L", "RGB"])
def test_transparent_colour_is_white(tmp_path: Path, mode: str) -> None:
    image = Image.new(mode, (40, 40), 0)
    key: int | tuple[int, ...] = (0, 0, 0) if mode == "RGB" else 0
    pixels = load_photo(saved(image, tmp_path / "a.png", transparency=key), SMALL).pixels
    assert pixels.min() == 255


def test_palette_with_alpha_bytes(tmp_path: Path) -> None:
    image = quarters().quantize(8)
    pixels = load_photo(saved(image, tmp_path / "a.png", transparency=bytes(8)), SMALL).pixels
    assert pixels.min() == 255


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png", ".tif"])
def test_first_frame_of_an_animation(tmp_path: Path, suffix: str) -> None:
    frames = [quarters(), Image.new("RGB", (80, 60), "black")]
    path = tmp_path / f"a{suffix}"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert_upright(load_photo(path, SMALL))


@pytest.mark.parametrize("fit", ["crop", "squash", "pad"])
@pytest.mark.parametrize("size", [(1, 1), (10000, 2), (2, 10000), (1, 500), (3000, 30)])
@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_odd_sizes(tmp_path: Path, fit: Any, size: tuple[int, int], suffix: str) -> None:
    photo = load_photo(
        saved(Image.new("RGB", size, (200, 100, 50)), tmp_path / f"a{suffix}"), Preprocessing(size=64, fit=fit)
    )
    assert photo.pixels.shape == (64, 64, 3)
    assert (photo.width, photo.height) == size
    near = np.abs(photo.pixels.astype(int) - (200, 100, 50)).max(axis=2) <= 40
    assert near.all() if fit != "pad" else near.any()


def test_crop_takes_the_middle(tmp_path: Path) -> None:
    image = Image.new("RGB", (300, 100), "black")
    image.paste((255, 255, 255), (100, 0, 200, 100))
    path = saved(image, tmp_path / "a.png")
    assert load_photo(path, Preprocessing(size=32)).pixels.min() == 255
    assert load_photo(path, SMALL).pixels[16, 2].max() == 0


def test_pad_keeps_the_shape_on_grey(tmp_path: Path) -> None:
    path = saved(Image.new("RGB", (200, 100), "white"), tmp_path / "a.png")
    pixels = load_photo(path, Preprocessing(size=64, fit="pad")).pixels
    assert (pixels[:16] == 127).all()
    assert (pixels[17:47] == 255).all()
    assert (pixels[48:] == 127).all()


def test_crop_matches_resize_then_crop(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    rough = Image.fromarray(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8))
    path = saved(rough.resize((1000, 750), Image.Resampling.BICUBIC), tmp_path / "a.jpg", quality=92)
    with Image.open(path) as image:
        resized = image.resize((341, 256), Image.Resampling.BICUBIC)
    expected = np.asarray(resized.crop((58, 16, 282, 240)), dtype=int)
    assert np.abs(load_photo(path).pixels.astype(int) - expected).mean() < 2.5


def test_a_large_jpeg_is_read_small(tmp_path: Path) -> None:
    photo = load_photo(saved(quarters(4000, 3000), tmp_path / "a.jpg"), SMALL)
    assert (photo.width, photo.height) == (4000, 3000)
    assert_upright(photo)


def test_photos_of_a_record(tmp_path: Path) -> None:
    saved(quarters(), tmp_path / "正面.jpg")
    saved(quarters(), tmp_path / "b.png", format="JPEG")
    (tmp_path / "c.gif").touch()
    record = Record("1", images=("正面.jpg", "b.png", "缺.jpg", "c.gif"), image_root=tmp_path)

    photos, notices = load_photos(record, SMALL)

    assert len(photos) == 2
    assert [notice.code for notice in notices] == ["image-mislabelled", "image-missing", "image-empty"]
    for notice, name in zip(notices, record.images[1:], strict=True):
        assert notice.message.startswith(f"{name}: ")


def test_record_without_photos() -> None:
    assert load_photos(Record("1", title="无图")) == ([], [])


def test_camera_jpeg_with_a_second_picture(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    quarters().save(path, format="MPO", save_all=True, append_images=[Image.new("RGB", (80, 60), "black")])
    photo = load_photo(path, SMALL)
    assert photo.notices == ()
    assert_upright(photo)

"""Photos of invented relics: a drawing, photographed anew for each piece (other light, other ground, other angle)."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageChops, ImageEnhance

SIDE = 480


def shoot(drawing: Image.Image, dice: random.Random) -> Image.Image:
    """One photo of the thing in a drawing."""
    picture = drawing.convert("RGB")
    ground = picture.getpixel((3, 3))
    picture = picture.rotate(dice.uniform(-32, 32), Image.Resampling.BICUBIC, expand=True, fillcolor=ground)
    width, height = picture.size
    keep = dice.uniform(0.72, 1.0)
    left, top = dice.uniform(0, width * (1 - keep)), dice.uniform(0, height * (1 - keep))
    picture = picture.crop((int(left), int(top), int(left + width * keep), int(top + height * keep)))
    picture.thumbnail((SIDE, SIDE))
    tint = Image.new("RGB", picture.size, tuple(dice.randint(215, 255) for _ in range(3)))
    picture = ImageChops.multiply(picture, tint)
    picture = ImageEnhance.Brightness(picture).enhance(dice.uniform(0.75, 1.2))
    return ImageEnhance.Contrast(picture).enhance(dice.uniform(0.8, 1.2))


def load(folder: Path, name: str) -> Image.Image:
    """A drawing of the examples; one of them is broken on purpose and is drawn anew."""
    try:
        with Image.open(folder / name) as file:
            picture = file.convert("RGB")
    except OSError:
        from draw_photos import PICTURES

        picture = PICTURES[name]().finish().convert("RGB")
    picture.thumbnail((SIDE * 3 // 2, SIDE * 3 // 2))
    return picture

"""Ground, shadow, layers and masks: everything is drawn at twice its size and reduced at the end.

Coordinates are those of the finished picture. A mask is a grey picture of the whole canvas, white where paint goes. A
tone is a grey picture, too: 128 leaves the colour as it is, less darkens it, more lights it up.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SCALE = 2
Point = tuple[float, float]
Colour = tuple[int, int, int]


class Canvas:
    """A museum ground on which layers are laid, each with its shadow."""

    def __init__(self, width: int = 900, height: int = 675, ground: Colour = (201, 198, 192), seed: int = 1) -> None:
        self.size = (width * SCALE, height * SCALE)
        self.seed = seed
        down = Image.linear_gradient("L").resize(self.size).point(lambda v: 146 - v // 9)
        round_off = Image.radial_gradient("L").resize(self.size).point(lambda v: 146 - v // 6)
        self.image = _lit(Image.new("RGB", self.size, ground), add_tones(down, round_off))

    def layer(self) -> Layer:
        """An empty layer of the canvas's size."""
        return Layer(self.size)

    def place(self, layer: Layer, *, shadow: float = 0.62, lift: float = 10, angle: float = 0) -> None:
        """Lay a layer down, turned by ``angle`` degrees, its shadow falling to the lower right by ``lift``."""
        image = layer.image.rotate(angle, Image.Resampling.BICUBIC) if angle else layer.image
        alpha = image.getchannel("A")
        for reach, share in ((lift * 2.2, 0.55), (lift * 0.5, 0.45)):
            fallen = ImageChops.offset(alpha, round(reach * 0.45 * SCALE), round(reach * 0.6 * SCALE))
            soft = fallen.filter(ImageFilter.GaussianBlur(reach * 0.55 * SCALE)).point(_times(shadow * share))
            self.image.paste((24, 22, 20), (0, 0), soft)
        self.image.paste(image, (0, 0), alpha)

    def finish(self) -> Image.Image:
        """The finished picture, with the faint grain of a photograph."""
        small = (self.size[0] // SCALE, self.size[1] // SCALE)
        return _lit(self.image.resize(small, Image.Resampling.LANCZOS), noise(small, 1, 3, self.seed))


class Layer:
    """A transparent sheet to paint on."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.image = Image.new("RGBA", size, (0, 0, 0, 0))

    def paint(
        self,
        mask: Image.Image,
        colour: Colour,
        *,
        tone: Image.Image | None = None,
        bevel: float = 0,
        depth: float = 1.0,
        grain: Image.Image | None = None,
        opacity: float = 1.0,
    ) -> None:
        """Paint a colour through a mask.

        Args:
            mask: where.
            colour: what.
            tone: its light and shade.
            bevel: width of a rounded edge, lit from the upper left.
            depth: strength of that edge.
            grain: a texture, a tone like the others.
            opacity: 0 to 1.
        """
        box = mask.getbbox()
        if box is None:
            return
        area = mask.crop(box)
        light = Image.new("L", area.size, 128)
        if tone is not None:
            light = add_tones(light, tone.crop(box))
        if bevel:
            light = add_tones(light, _edge(mask, bevel, depth).crop(box))
        if grain is not None:
            light = add_tones(light, grain.crop(box))
        paint = _lit(Image.new("RGB", area.size, colour), light).convert("RGBA")
        paint.putalpha(area if opacity == 1 else area.point(_times(opacity)))
        self.image.alpha_composite(paint, box[:2])

    def new_mask(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        """An empty mask and the pen for it."""
        mask = Image.new("L", self.size, 0)
        return mask, ImageDraw.Draw(mask)

    def polygon(self, points: Sequence[Point]) -> Image.Image:
        """A mask of a closed shape."""
        mask, pen = self.new_mask()
        pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=255)
        return mask

    def ellipse(self, x: float, y: float, rx: float, ry: float) -> Image.Image:
        """A mask of an ellipse about a centre."""
        mask, pen = self.new_mask()
        pen.ellipse([(x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE], fill=255)
        return mask

    def ring(self, x: float, y: float, rx: float, ry: float, width: float) -> Image.Image:
        """A mask of an elliptic ring of the given width inwards."""
        return ImageChops.subtract(self.ellipse(x, y, rx, ry), self.ellipse(x, y, rx - width, ry - width))

    def block(self, x0: float, y0: float, x1: float, y1: float, radius: float = 0) -> Image.Image:
        """A mask of an upright rectangle, its corners rounded."""
        mask, pen = self.new_mask()
        pen.rounded_rectangle([x0 * SCALE, y0 * SCALE, x1 * SCALE, y1 * SCALE], radius * SCALE, fill=255)
        return mask

    def stroke(self, *lines: Sequence[Point], width: float) -> Image.Image:
        """A mask of lines with round joints and ends."""
        mask, pen = self.new_mask()
        half = width * SCALE / 2
        for line in lines:
            scaled = [(x * SCALE, y * SCALE) for x, y in line]
            pen.line(scaled, fill=255, width=max(1, round(width * SCALE)), joint="curve")
            for x, y in (scaled[0], scaled[-1]):
                pen.ellipse([x - half, y - half, x + half, y + half], fill=255)
        return mask

    def lathe(
        self, x: float, profile: Sequence[Point], ramp: Callable[[float], float]
    ) -> tuple[Image.Image, Image.Image]:
        """Mask and tone of a body of revolution with an upright axis.

        Args:
            x: where the axis stands.
            profile: (height, radius) from top to bottom, joined by straight lines; smooth it with ``curve`` before.
            ramp: tone of the surface by place across, -1 left to 1 right.
        """
        mask = Image.new("L", self.size, 0)
        tone = Image.new("L", self.size, 128)
        ramped = bytes(max(0, min(255, round(ramp((i - 127.5) / 127.5)))) for i in range(256))
        strip = Image.frombytes("L", (256, 1), ramped)
        for (y0, r0), (y1, r1) in itertools.pairwise(profile):
            for row in range(round(y0 * SCALE), round(y1 * SCALE)):
                share = (row / SCALE - y0) / (y1 - y0)
                radius = max(1, round((r0 + (r1 - r0) * share) * SCALE))
                left = round(x * SCALE) - radius
                mask.paste(255, (left, row, left + 2 * radius, row + 1))
                tone.paste(strip.resize((2 * radius, 1)), (left, row))
        return mask, tone


def curve(points: Sequence[Point], *, closed: bool = False, steps: int = 12) -> list[Point]:
    """A smooth line through points (Catmull-Rom)."""
    count = len(points)
    out: list[Point] = []
    for i in range(count if closed else count - 1):
        around = [points[(i + k) % count] if closed else points[min(max(i + k, 0), count - 1)] for k in (-1, 0, 1, 2)]
        for step in range(steps):
            t = step / steps
            out.append((_spline([p[0] for p in around], t), _spline([p[1] for p in around], t)))
    return out if closed else [*out, points[-1]]


def _spline(values: list[float], t: float) -> float:
    a, b, c, d = values
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def underside(y: float, radius: float, bulge: float) -> list[Point]:
    """The end of a lathe profile whose foot is seen a little from above."""
    return [(y + bulge * i / 12, radius * math.sqrt(1 - (i / 12) ** 2)) for i in range(13)]


def star(x: float, y: float, radius: float, turn: float = 0, points: int = 5, waist: float = 0.382) -> list[Point]:
    """The corners of a star, one point upwards."""
    corners = []
    for i in range(points * 2):
        reach = radius if i % 2 == 0 else radius * waist
        angle = math.radians(turn) + math.pi * i / points
        corners.append((x + reach * math.sin(angle), y - reach * math.cos(angle)))
    return corners


def arc(x: float, y: float, rx: float, ry: float, start: float, stop: float, steps: int = 40) -> list[Point]:
    """Points of an elliptic arc; degrees clockwise from the right."""
    angles = [math.radians(start + (stop - start) * i / steps) for i in range(steps + 1)]
    return [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in angles]


def noise(size: tuple[int, int], grain: float, strength: float, seed: int, stretch: Point = (1, 1)) -> Image.Image:
    """A tone of random spots, ``grain`` pixels wide, drawn out by ``stretch``; ``strength`` is its reach about 128."""
    small = (max(2, round(size[0] / grain / stretch[0])), max(2, round(size[1] / grain / stretch[1])))
    spots = Image.frombytes("L", small, random.Random(seed).randbytes(small[0] * small[1]))
    return spots.resize(size, Image.Resampling.BICUBIC).point(lambda v: round(128 + (v - 128) * strength / 128))


def add_tones(first: Image.Image, *others: Image.Image) -> Image.Image:
    """Tones on top of each other."""
    for other in others:
        first = ImageChops.add(first, other, 1, -128)
    return first


def matte(t: float) -> float:
    """Ramp of a dull round surface, lit from the left."""
    return 128 + 105 * (0.55 * -t + 0.83 * math.sqrt(max(0.0, 1 - t * t)) - 0.72)


def glossy(t: float) -> float:
    """Ramp of a glazed or varnished round surface."""
    return matte(t) + 95 * math.exp(-(((t + 0.5) / 0.09) ** 2)) + 30 * math.exp(-(((t - 0.72) / 0.08) ** 2))


def metal(t: float) -> float:
    """Ramp of a polished round surface."""
    return matte(t) + 26 * math.cos(t * 7 + 1.2) + 60 * math.exp(-(((t + 0.42) / 0.12) ** 2))


def _edge(mask: Image.Image, width: float, depth: float) -> Image.Image:
    soft = mask.filter(ImageFilter.GaussianBlur(width * SCALE / 2))
    step = max(1, round(width * SCALE / 3))
    lit = ImageChops.subtract(ImageChops.offset(soft, -step, -step), ImageChops.offset(soft, step, step), 1, 128)
    return lit.point(lambda v: round(128 + (v - 128) * 0.5 * depth))


def _lit(flat: Image.Image, tone: Image.Image) -> Image.Image:
    return ImageChops.hard_light(flat, Image.merge("RGB", (tone, tone, tone)))


def _times(share: float) -> Callable[[int], int]:
    return lambda v: round(v * share)

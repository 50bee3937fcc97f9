"""Vessels: enamel mug, glass lamp, teapot, bowl."""

from __future__ import annotations

import random

from PIL import Image, ImageChops

from drawing.canvas import Canvas, Layer, Point, arc, curve, glossy, matte, metal, noise, underside
from drawing.glyphs import writing


def mug() -> Canvas:
    """A white enamel mug with red writing, its rim blue, the iron bare where it was knocked."""
    canvas = Canvas(seed=2)
    layer = canvas.layer()
    handle = layer.stroke(curve([(575, 255), (660, 235), (700, 320), (665, 420), (575, 440)]), width=26)
    layer.paint(handle, (232, 230, 222), bevel=14, depth=1.2)
    body, tone = layer.lathe(
        430, [*curve([(185, 168), (210, 166), (480, 163), (520, 158)]), *underside(536, 150, 18)], glossy
    )
    layer.paint(body, (236, 234, 226), tone=tone)
    layer.paint(layer.ellipse(430, 187, 168, 34), (40, 62, 120), bevel=6)
    layer.paint(layer.ellipse(430, 189, 157, 28), (196, 194, 188), tone=noise(layer.size, 90, 10, 3))
    layer.paint(layer.ellipse(430, 199, 132, 17), (150, 148, 144), opacity=0.5)
    red = (176, 32, 34)
    text = writing("将革命进行到底", 293, 322, 32, 40, 0)
    # The outer characters turn away with the wall: drawn lower and narrower the farther they stand from the middle.
    bent = [
        [(430 + (x - 430) * (1 - ((x - 430) / 430) ** 2), y + 18 - ((x - 430) / 36) ** 2) for x, y in s] for s in text
    ]
    layer.paint(layer.stroke(*bent, width=4.5), red, opacity=0.9)
    layer.paint(layer.stroke(arc(430, 285, 150, 26, 20, 160), width=3), red, opacity=0.8)
    layer.paint(layer.stroke(arc(430, 400, 150, 26, 20, 160), width=3), red, opacity=0.8)
    pen = random.Random(5)
    for x, y, size in ((300, 205, 11), (520, 500, 14), (398, 548, 12), (574, 210, 8), (352, 470, 6), (470, 545, 7)):
        chip = [(x + pen.uniform(-1, 1) * size, y + pen.uniform(-0.7, 0.7) * size) for _ in range(7)]
        layer.paint(layer.polygon(curve(chip, closed=True)), (48, 40, 38), bevel=2, grain=noise(layer.size, 4, 50, 9))
    canvas.place(layer, lift=16)
    return canvas


def lamp() -> Canvas:
    """An oil lamp: pale green gourd-shaped glass, tin burner, clear chimney."""
    canvas = Canvas(680, 880, (190, 188, 184), seed=3)
    layer = canvas.layer()
    chimney = curve([(80, 46), (150, 50), (260, 62), (330, 82), (380, 80), (430, 52)])
    glass, tone = layer.lathe(340, chimney, glossy)
    layer.paint(glass, (222, 228, 226), tone=tone, opacity=0.42)
    layer.paint(ImageChops.subtract(glass, _narrower(layer, chimney, 7)), (120, 130, 130), opacity=0.55)
    layer.paint(layer.ring(340, 82, 46, 9, 4), (130, 138, 138))
    layer.paint(layer.stroke([(312, 130), (310, 240), (292, 340)], width=7), (255, 255, 255), opacity=0.75)
    burner, tone = layer.lathe(
        340, [(415, 60), (428, 66), (436, 66), (440, 50), (470, 48), (474, 56), (482, 56), (486, 42), (500, 40)], metal
    )
    layer.paint(burner, (150, 144, 130), tone=tone, grain=noise(layer.size, 5, 22, 4))
    layer.paint(layer.block(330, 350, 350, 418, 3), (206, 198, 176), bevel=4)
    layer.paint(layer.stroke([(395, 455), (440, 458)], width=6), (120, 114, 100), bevel=4)
    layer.paint(layer.ellipse(446, 458, 9, 15), (140, 132, 116), bevel=5)
    profile = curve(
        [(496, 42), (520, 70), (560, 108), (610, 112), (650, 70), (680, 42), (710, 52), (750, 112), (790, 132)]
    )
    base, tone = layer.lathe(340, [*profile, *underside(806, 130, 16)], glossy)
    layer.paint(base, (150, 186, 160), tone=tone, opacity=0.86)
    oil, tone = layer.lathe(340, curve([(575, 100), (610, 103), (640, 72), (656, 50)]), matte)
    layer.paint(oil, (150, 150, 84), tone=tone, opacity=0.5)
    layer.paint(layer.ellipse(340, 575, 100, 12), (176, 178, 110), opacity=0.6)
    layer.paint(layer.stroke(curve([(262, 566), (252, 600), (270, 636)]), width=10), (255, 255, 255), opacity=0.7)
    layer.paint(layer.stroke(arc(340, 790, 100, 14, 110, 170), width=5), (255, 255, 255), opacity=0.5)
    canvas.place(layer, shadow=0.38, lift=16)
    return canvas


def teapot() -> Canvas:
    """A low teapot of purple clay, its overhead handle mended with copper wire."""
    canvas = Canvas(seed=4)
    layer = canvas.layer()
    clay = (128, 66, 48)
    grain = noise(layer.size, 3, 12, 6)
    handle = curve([(300, 300), (310, 170), (450, 96), (590, 170), (600, 300)])
    layer.paint(layer.stroke(handle, width=24), clay, bevel=14, depth=1.3, grain=grain)
    for i in range(5):
        layer.paint(
            layer.stroke([(560 + i * 6, 152 + i * 8), (586 + i * 6, 134 + i * 8)], width=4), (196, 122, 66), bevel=3
        )
    spout = [(610, 380), (690, 340), (728, 282), (752, 288), (740, 350), (690, 430), (610, 470)]
    layer.paint(layer.polygon(curve(spout, closed=True)), clay, bevel=26, depth=1.4, grain=grain)
    layer.paint(layer.ellipse(740, 284, 13, 6), (50, 26, 20))
    shape = curve([(296, 96), (310, 140), (350, 196), (400, 214), (450, 200), (490, 150), (504, 120)])
    body, tone = layer.lathe(450, [*shape, *underside(506, 118, 13)], _satin)
    layer.paint(body, clay, tone=tone, grain=grain)
    layer.paint(layer.ellipse(450, 298, 104, 19), (92, 46, 34), bevel=4)
    lid, tone = layer.lathe(450, curve([(258, 30), (270, 70), (288, 96), (298, 98)]), _satin)
    layer.paint(layer.ellipse(450, 296, 98, 17), clay, tone=tone)
    layer.paint(lid, clay, tone=tone, grain=grain)
    knob, tone = layer.lathe(450, curve([(222, 8), (230, 22), (244, 24), (256, 14), (262, 20)]), _satin)
    layer.paint(knob, clay, tone=tone)
    layer.paint(layer.stroke(arc(450, 372, 208, 28, 12, 168), width=3), (84, 42, 32), opacity=0.7)
    canvas.place(layer, lift=16)
    return canvas


def bowl() -> Canvas:
    """A white porcelain bowl with iron-red writing, chipped at the rim."""
    canvas = Canvas(ground=(176, 178, 180), seed=5)
    layer = canvas.layer()
    body, tone = layer.lathe(450, curve([(250, 262), (300, 254), (380, 220), (440, 160), (476, 106)]), glossy)
    layer.paint(body, (234, 234, 228), tone=tone)
    foot, tone = layer.lathe(450, [(474, 104), *underside(504, 98, 13)], glossy)
    layer.paint(foot, (222, 222, 216), tone=tone)
    layer.paint(layer.ellipse(450, 250, 262, 70), (238, 238, 232), bevel=6)
    inside = layer.ellipse(450, 254, 251, 62)
    depth = Image.linear_gradient("L").resize(layer.size).crop((0, 0, *layer.size)).point(lambda v: 60 + v // 2)
    layer.paint(inside, (214, 214, 208), tone=ImageChops.offset(depth, 0, 250))
    layer.paint(layer.ellipse(450, 278, 150, 30), (178, 178, 174), opacity=0.5)
    text = writing("五月九日国耻纪念", 274, 352, 36, 45, 0)
    red = (168, 58, 38)
    bent = [
        [(450 + (x - 450) * (1 - ((x - 450) / 520) ** 2), y + 18 - ((x - 450) / 38) ** 2) for x, y in s] for s in text
    ]
    layer.paint(layer.stroke(*bent, width=5), red, opacity=0.88)
    layer.paint(layer.stroke(arc(450, 302, 248, 52, 14, 166), width=3), (60, 80, 150), opacity=0.8)
    chip = [(640, 296), (662, 284), (678, 290), (668, 306), (650, 308)]
    layer.paint(layer.polygon(curve(chip, closed=True)), (150, 140, 124), bevel=3)
    canvas.place(layer, lift=15)
    return canvas


def _narrower(layer: Layer, profile: list[Point], by: float) -> Image.Image:
    return layer.lathe(340, [(y, r - by) for y, r in profile], matte)[0]


def _satin(t: float) -> float:
    """Ramp of unglazed, well-handled clay."""
    return (matte(t) * 2 + glossy(t)) / 3

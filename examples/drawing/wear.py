"""Things worn, carried and pinned on: sandals, cap, bamboo hat, satchel, medal, flag."""

from __future__ import annotations

import itertools
import math

from drawing.canvas import Canvas, Layer, add_tones, arc, curve, noise, star
from drawing.glyphs import writing

STRAW = (196, 164, 100)


def sandals() -> Canvas:
    """A pair of straw sandals with strips of red and blue cloth for laces."""
    canvas = Canvas(800, 760, (206, 204, 200), seed=31)
    for x, turn in ((255, 4), (545, -5)):
        layer = canvas.layer()
        _sandal(layer, x)
        canvas.place(layer, lift=12, angle=turn)
    return canvas


def _sandal(layer: Layer, x: float) -> None:
    right = [(x + 80, 170), (x + 94, 290), (x + 66, 420), (x + 76, 540), (x + 44, 630)]
    left = [(2 * x - px, py) for px, py in reversed(right)]
    outline = curve([(x, 110), *right, (x, 650), *left], closed=True)
    sole = layer.polygon(outline)
    layer.paint(sole, STRAW, bevel=16, depth=1.3, grain=noise(layer.size, 2, 60, 5, (8, 1)))
    for y in range(126, 646, 15):
        half = max((px - x for px, py in outline if abs(py - y) < 12), default=0) - 4
        twist = [[(x + k, y + 11), (x + min(k + 12, half), y)] for k in range(int(-half), int(half), 15)]
        if twist:
            layer.paint(layer.stroke(*twist, width=3), (120, 88, 42), opacity=0.55)
            layer.paint(
                layer.stroke(*[[(a + 3, b - 3) for a, b in s] for s in twist], width=2), (232, 208, 150), opacity=0.6
            )
    for side in (-1, 1):
        for y in (240, 330, 520):
            loop = curve(
                [(x + side * 84, y - 16), (x + side * 108, y - 6), (x + side * 106, y + 14), (x + side * 82, y + 18)]
            )
            layer.paint(layer.stroke(loop, width=8), STRAW, bevel=5, grain=noise(layer.size, 3, 50, 6))
    red = curve(
        [(x - 100, 240), (x - 30, 300), (x + 30, 330), (x + 100, 332), (x + 40, 420), (x - 40, 480), (x - 98, 522)]
    )
    blue = curve(
        [(x + 100, 240), (x + 40, 290), (x - 34, 330), (x - 100, 332), (x - 30, 430), (x + 50, 490), (x + 98, 522)]
    )
    layer.paint(layer.stroke(blue, width=13), (58, 78, 124), bevel=6, grain=noise(layer.size, 3, 30, 8))
    layer.paint(layer.stroke(red, width=13), (160, 46, 42), bevel=6, grain=noise(layer.size, 3, 30, 9))
    tip = curve([(x, 112), (x - 12, 170), (x + 4, 250), (x, 310)])
    layer.paint(layer.stroke(tip, width=12), STRAW, bevel=6, grain=noise(layer.size, 3, 60, 7))


def cap() -> Canvas:
    """An eight-cornered grey cloth cap with a red star over the peak."""
    canvas = Canvas(900, 640, (208, 205, 200), seed=32)
    layer = canvas.layer()
    cloth = add_tones(noise(layer.size, 2, 22, 3), noise(layer.size, 40, 16, 4))
    grey = (120, 132, 142)
    crown = [(212, 236), (300, 168), (450, 142), (600, 168), (688, 236), (664, 330), (450, 372), (236, 330)]
    layer.paint(layer.polygon(crown), grey, bevel=26, depth=1.3, grain=cloth)
    for x, y in crown[:5]:
        layer.paint(layer.stroke([(450, 232), (x, y)], width=2.5), (70, 78, 86), opacity=0.6)
        layer.paint(layer.stroke([(453, 234), (x + 3, y + 2)], width=2), (176, 188, 196), opacity=0.4)
    layer.paint(layer.ellipse(450, 232, 13, 8), grey, bevel=7, depth=1.5)
    band = [*arc(450, 300, 224, 66, 175, 5), *arc(450, 396, 214, 66, 5, 175)]
    layer.paint(layer.polygon(band), (108, 120, 130), bevel=14, depth=1.1, grain=cloth)
    layer.paint(layer.stroke(arc(450, 312, 220, 64, 8, 172), width=2), (62, 70, 78), opacity=0.7)
    peak = [*arc(450, 404, 206, 58, 172, 8), *curve([(654, 412), (600, 500), (450, 532), (300, 500), (246, 412)])]
    layer.paint(layer.polygon(peak), (104, 116, 126), bevel=14, depth=1.5, grain=cloth)
    for inset in (12, 24, 36):
        seam = curve(
            [
                (640 - inset, 424),
                (594 - inset * 0.8, 496 - inset),
                (450, 526 - inset),
                (306 + inset * 0.8, 496 - inset),
                (260 + inset, 424),
            ]
        )
        layer.paint(layer.stroke(seam, width=1.5), (58, 66, 74), opacity=0.5)
    layer.paint(layer.polygon(star(450, 400, 48)), (176, 26, 30), bevel=9, depth=1.5, grain=noise(layer.size, 2, 18, 8))
    layer.paint(layer.ellipse(612, 300, 24, 14), (84, 74, 58), opacity=0.25)
    canvas.place(layer, lift=16)
    return canvas


def hat() -> Canvas:
    """A conical hat of split bamboo, two characters in worn red lacquer."""
    canvas = Canvas(900, 640, (196, 192, 186), seed=33)
    layer = canvas.layer()
    bamboo = (190, 158, 98)
    rim = layer.ellipse(450, 420, 350, 104)
    layer.paint(rim, (146, 116, 66), bevel=8)
    top = (450.0, 150.0)
    cone = [
        (100, 414),
        *curve([(106, 400), (280, 270), (418, 162), top, (482, 162), (620, 270), (794, 400)]),
        (800, 414),
    ]
    cone += arc(450, 414, 350, 104, 0, 180)
    layer.paint(layer.polygon(cone), bamboo, bevel=30, depth=1.2, grain=noise(layer.size, 3, 30, 4))
    rays = [
        [top, (450 + 350 * math.cos(math.radians(a)), 414 + 104 * math.sin(math.radians(a)))] for a in range(0, 181, 5)
    ]
    layer.paint(layer.stroke(*rays, width=1.8), (96, 70, 32), opacity=0.55)
    for share in (0.12, 0.22, 0.34, 0.46, 0.58, 0.7, 0.82, 0.93):
        hoop = arc(450, 150 + 264 * share, 350 * share, 104 * share, 2, 178)
        layer.paint(layer.stroke(hoop, width=3.5 if share in (0.46, 0.93) else 2), (104, 76, 36), opacity=0.7)
        layer.paint(layer.stroke([(x, y - 3) for x, y in hoop], width=1.5), (232, 206, 148), opacity=0.6)
    shade = [top, (800, 414), *arc(450, 414, 350, 104, 0, 62)]
    layer.paint(layer.polygon(shade), (60, 40, 16), opacity=0.22)
    layer.paint(layer.stroke(arc(450, 416, 350, 104, 0, 180), width=10), (150, 114, 60), bevel=6)
    layer.paint(layer.stroke(*writing("红军", 352, 338, 92, 106, 0), width=11), (160, 38, 32), opacity=0.72)
    layer.paint(layer.ellipse(450, 152, 16, 10), (126, 94, 46), bevel=8)
    canvas.place(layer, lift=18)
    return canvas


def satchel() -> Canvas:
    """A grass-green canvas satchel with red writing under a red star."""
    canvas = Canvas(820, 760, (210, 207, 202), seed=34)
    layer = canvas.layer()
    green = (98, 108, 66)
    weave = add_tones(noise(layer.size, 1, 26, 3), noise(layer.size, 50, 18, 5))
    strap = curve([(190, 300), (150, 140), (290, 62), (480, 66), (640, 110), (656, 210), (628, 300)])
    layer.paint(layer.stroke(strap, width=30), (90, 100, 60), bevel=9, depth=1.2, grain=weave)
    layer.paint(layer.block(186, 250, 634, 678, 26), (86, 96, 56), bevel=18, depth=1.3, grain=weave)
    flap = [(178, 262), (196, 240), (624, 240), (642, 262), (644, 520), (610, 552), (210, 552), (176, 520)]
    layer.paint(layer.polygon(flap), green, bevel=18, depth=1.3, grain=weave)
    seam = [(192, 258), (190, 514), (216, 538), (604, 538), (630, 514), (628, 258)]
    for (x0, y0), (x1, y1) in itertools.pairwise(seam):
        count = max(2, int(math.hypot(x1 - x0, y1 - y0) / 9))
        at = [(x0 + (x1 - x0) * i / count, y0 + (y1 - y0) * i / count) for i in range(count + 1)]
        layer.paint(
            layer.stroke(*[[a, b] for a, b in zip(at[::2], at[1::2], strict=False)], width=1.6), (156, 164, 112)
        )
    for x in (268, 520):
        layer.paint(layer.block(x, 500, x + 32, 640, 4), (90, 100, 60), bevel=6, grain=weave)
        layer.paint(
            layer.stroke([(x - 5, 592), (x + 37, 592), (x + 37, 616), (x - 5, 616), (x - 5, 592)], width=5),
            (140, 136, 122),
            bevel=3,
        )
    red = (178, 36, 34)
    layer.paint(layer.polygon(star(410, 332, 42)), red, grain=weave)
    layer.paint(layer.stroke(*writing("为人民服务", 262, 402, 52, 62, 0), width=6), red, grain=weave)
    for dx in (0, 6):
        layer.paint(
            layer.stroke(curve([(222 + dx, 560), (236 + dx, 610), (226 + dx, 660)]), width=2), (60, 68, 36), opacity=0.5
        )
    canvas.place(layer, lift=15)
    return canvas


def flag() -> Canvas:
    """A red silk flag, the large star in its middle, the four small ones spread about."""
    canvas = Canvas(960, 700, (206, 204, 200), seed=36)
    layer = canvas.layer()
    top = [(x, 118 + 13 * math.sin(x / 92)) for x in range(110, 861, 10)]
    bottom = [(x, 586 + 13 * math.sin(x / 92 + 0.5)) for x in range(860, 109, -10)]
    cloth = layer.polygon(top + bottom)
    folds = noise(layer.size, 210, 40, 11, (1, 6))
    layer.paint(cloth, (176, 28, 32), bevel=5, grain=add_tones(folds, noise(layer.size, 2, 14, 3)))
    for x in (298, 486, 674):
        layer.paint(
            layer.stroke([(x, 120 + 13 * math.sin(x / 92)), (x + 3, 588)], width=2.5), (96, 10, 14), opacity=0.5
        )
        layer.paint(
            layer.stroke([(x + 4, 120 + 13 * math.sin(x / 92)), (x + 7, 588)], width=2.5), (228, 92, 84), opacity=0.4
        )
    layer.paint(layer.stroke([(108, 352), (862, 350)], width=2.5), (96, 10, 14), opacity=0.45)
    straw = (222, 190, 106)
    paper = noise(layer.size, 3, 22, 5)
    layer.paint(layer.polygon(star(486, 356, 106)), straw, bevel=4, grain=paper)
    for x, y, turn in ((236, 220, 12), (738, 226, -8), (232, 492, -14), (744, 486, 10)):
        layer.paint(layer.polygon(star(x, y, 44, turn)), straw, bevel=3, grain=paper)
    layer.paint(layer.block(98, 116, 124, 590, 4), (224, 218, 204), bevel=7, grain=paper)
    canvas.place(layer, lift=8)
    return canvas

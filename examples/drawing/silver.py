"""Silver: medal, silver dollar, pocket watch."""

from __future__ import annotations

import math

from drawing.canvas import Canvas, Layer, Point, arc, curve, metal, noise, star
from drawing.glyphs import writing


def medal() -> Canvas:
    """A round silver medal: ears of wheat round a hoe, hung from a red ribbon."""
    canvas = Canvas(680, 820, (92, 100, 108), seed=35)
    layer = canvas.layer()
    ribbon = layer.polygon([(238, 90), (442, 90), (442, 260), (340, 318), (238, 260)])
    layer.paint(ribbon, (160, 34, 36), bevel=5, grain=noise(layer.size, 2, 24, 3))
    for left in (262, 404):
        layer.paint(
            layer.polygon([(left, 90), (left + 14, 90), (left + 14, 272), (left, 268)]),
            (216, 178, 84),
            grain=noise(layer.size, 2, 24, 4),
        )
    silver = (186, 186, 184)
    layer.paint(layer.block(230, 78, 450, 104, 5), silver, bevel=9, depth=1.5)
    layer.paint(layer.ring(340, 338, 26, 26, 7), silver, bevel=5, depth=1.4)
    layer.paint(layer.ellipse(340, 530, 182, 182), silver, bevel=12, depth=1.6, grain=noise(layer.size, 5, 16, 6))
    layer.paint(layer.ring(340, 530, 168, 168, 8), (150, 150, 150), bevel=6, depth=1.6)
    layer.paint(layer.ellipse(340, 530, 154, 154), (164, 164, 164), grain=noise(layer.size, 4, 22, 7))
    for side in (-1.0, 1.0):
        stalk = curve([(340 + side * 16, 664), (340 + side * 96, 620), (340 + side * 122, 530), (340 + side * 92, 432)])
        layer.paint(layer.stroke(stalk, width=5), silver, bevel=4, depth=1.6)
        for i in range(6, len(stalk) - 1, 3):
            (x, y), (nx, ny) = stalk[i], stalk[i + 1]
            along = math.atan2(ny - y, nx - x)
            for lean in (-0.7, 0.7):
                tip = (x + 24 * math.cos(along + lean), y + 24 * math.sin(along + lean))
                layer.paint(layer.stroke([(x, y), tip], width=9), (202, 202, 198), bevel=6, depth=1.8)
    layer.paint(layer.stroke([(300, 620), (372, 446)], width=13), silver, bevel=8, depth=1.8)
    blade = curve([(318, 452), (352, 436), (398, 448), (436, 486), (392, 470), (352, 466)], closed=True)
    layer.paint(layer.polygon(blade), (206, 206, 204), bevel=9, depth=1.8)
    layer.paint(layer.polygon(star(340, 410, 24)), (168, 36, 36), bevel=5, depth=1.5)
    layer.paint(layer.ellipse(290, 480, 130, 110), (255, 255, 255), opacity=0.05)
    canvas.place(layer, shadow=0.7, lift=12)
    return canvas


def coin() -> Canvas:
    """Both sides of a silver dollar after the Mexican eagle; one character punched beside the bird."""
    canvas = Canvas(960, 560, (74, 80, 88), seed=43)
    for side, x in enumerate((258, 702)):
        layer = canvas.layer()
        silver = (178, 177, 172)
        layer.paint(layer.ellipse(x, 280, 196, 196), silver, bevel=8, depth=1.8, grain=noise(layer.size, 6, 18, side))
        layer.paint(
            layer.ellipse(x, 280, 178, 178), (160, 159, 155), bevel=4, grain=noise(layer.size, 24, 16, side + 4)
        )
        for i in range(72):
            a = math.radians(i * 5)
            bead = layer.ellipse(x + 184 * math.cos(a), 280 + 184 * math.sin(a), 5, 5)
            layer.paint(bead, (196, 195, 190), bevel=4, depth=1.6)
        (_liberty_cap if side else _eagle)(layer, x)
        layer.paint(layer.ellipse(x - 50, 220, 110, 90), (255, 255, 255), opacity=0.06)
        canvas.place(layer, shadow=0.75, lift=9)
    return canvas


def _eagle(layer: Layer, x: float) -> None:
    relief = (184, 183, 178)
    ragged = [(14, 262), (34, 196), (74, 152), (146, 132), (138, 172), (152, 196), (122, 206), (130, 236), (98, 238)]
    ragged += [(100, 270), (70, 264), (62, 300), (36, 296), (18, 326)]
    for side in (-1, 1):
        layer.paint(layer.polygon([(x + side * dx, y) for dx, y in ragged]), relief, bevel=9, depth=2)
        for i in range(5):
            feather = [(x + side * (36 + i * 12), 270 - i * 20), (x + side * (58 + i * 17), 262 - i * 20)]
            layer.paint(layer.stroke(feather, width=3), (108, 107, 104), opacity=0.7)
    for dx in (-22, 0, 22):
        layer.paint(layer.stroke([(x, 320), (x + dx, 378)], width=15), relief, bevel=8, depth=2)
    body = curve([(x, 204), (x + 26, 236), (x + 24, 300), (x, 340), (x - 24, 300), (x - 26, 236)], closed=True)
    layer.paint(layer.polygon(body), relief, bevel=14, depth=2)
    layer.paint(layer.ellipse(x + 4, 192, 21, 19), relief, bevel=9, depth=2)
    layer.paint(layer.polygon([(x + 20, 182), (x + 46, 194), (x + 20, 200)]), relief, bevel=5, depth=2)
    layer.paint(layer.ellipse(x + 8, 188, 3, 3), (70, 70, 70))
    layer.paint(
        layer.stroke(curve([(x + 46, 184), (x + 80, 210), (x + 54, 240), (x + 90, 262)]), width=7),
        relief,
        bevel=5,
        depth=2,
    )
    layer.paint(layer.stroke(arc(x, 300, 120, 112, 30, 150), width=12), relief, bevel=8, depth=2)
    layer.paint(layer.stroke(*writing("工", x - 104, 304, 40, 0, 0), width=7), (66, 66, 66), bevel=3)
    for y in (60, 74):
        layer.paint(layer.stroke([(x + 150, 280 + y), (x + 190, 290 + y)], width=2), (90, 90, 90))


def _liberty_cap(layer: Layer, x: float) -> None:
    relief = (184, 183, 178)
    for i in range(32):
        a = math.radians(i * 11.25 + 5)
        reach = 160 if i % 2 else 130
        ray = [(x + 60 * math.cos(a), 270 + 52 * math.sin(a)), (x + reach * math.cos(a), 276 + reach * math.sin(a))]
        layer.paint(layer.stroke(ray, width=5), relief, bevel=4, depth=2)
    cap = [(x - 66, 306), (x - 52, 232), (x + 4, 208), (x + 58, 236), (x + 74, 284), (x + 30, 286), (x + 66, 312)]
    layer.paint(layer.polygon(curve(cap, closed=True)), (192, 191, 186), bevel=18, depth=2)
    layer.paint(layer.polygon([(x - 74, 302), (x + 70, 302), (x + 66, 326), (x - 70, 326)]), relief, bevel=6, depth=2)


def watch() -> Canvas:
    """A silver pocket watch with a white dial, stopped at a quarter past nine, on its chain."""
    canvas = Canvas(760, 860, (120, 122, 124), seed=47)
    chain = canvas.layer()
    path = curve([(380, 150), (470, 80), (600, 120), (650, 250), (690, 420), (640, 600)], steps=8)
    for i, (x, y) in enumerate(path):
        link = chain.ring(x, y, 10, 10, 4) if i % 2 else chain.ellipse(x, y, 6, 6)
        chain.paint(link, (190, 190, 188), bevel=4, depth=1.6)
    canvas.place(chain, lift=5)
    layer = canvas.layer()
    silver = (184, 184, 182)
    layer.paint(layer.ring(380, 186, 46, 46, 11), silver, bevel=7, depth=1.7)
    stem, tone = layer.lathe(380, [(206, 20), (212, 26), (246, 26), (254, 18), (282, 20)], metal)
    layer.paint(stem, silver, tone=tone)
    layer.paint(layer.ellipse(380, 520, 256, 256), silver, bevel=22, depth=2, grain=noise(layer.size, 5, 12, 3))
    layer.paint(layer.ring(380, 520, 228, 228, 8), (128, 128, 128), bevel=6, depth=1.6)
    layer.paint(layer.ellipse(380, 520, 218, 218), (236, 234, 226), bevel=3, grain=noise(layer.size, 60, 6, 5))
    ink = (36, 36, 44)
    for i in range(60):
        a = math.radians(i * 6)
        inner = 190 if i % 5 else 182
        tick = [(380 + r * math.sin(a), 520 - r * math.cos(a)) for r in (inner, 200)]
        layer.paint(layer.stroke(tick, width=2 if i % 5 else 5), ink)
    for hour, numeral in enumerate(("XII", "I", "II", "III", "IIII", "V", "VI", "VII", "VIII", "IX", "X", "XI")):
        _numeral(layer, numeral, math.radians(hour * 30))
    layer.paint(layer.ring(380, 620, 46, 46, 3), ink)
    layer.paint(layer.stroke([(380, 620), (404, 594)], width=3), ink)
    blue = (40, 60, 130)
    for angle, reach, width in ((277, 108, 9), (90, 164, 6)):
        a = math.radians(angle)
        tip = (380 + reach * math.sin(a), 520 - reach * math.cos(a))
        layer.paint(layer.stroke([(380, 520), tip], width=width), blue, bevel=3)
    layer.paint(layer.ellipse(380, 520, 12, 12), blue, bevel=6)
    layer.paint(layer.stroke([(250, 420), (300, 460), (296, 500)], width=1.5), (120, 116, 110), opacity=0.7)
    canvas.place(layer, shadow=0.7, lift=16)
    return canvas


def _numeral(layer: Layer, numeral: str, angle: float) -> None:
    """A Roman numeral that stands on the rim of the dial, its foot to the middle."""
    wide = {"I": 9, "V": 20, "X": 20}
    at = -sum(wide[c] for c in numeral) / 2
    strokes: list[list[Point]] = []
    for char in numeral:
        w = wide[char]
        flat: dict[str, list[list[Point]]] = {
            "I": [[(w / 2, 0), (w / 2, 34)]],
            "V": [[(2, 0), (w / 2, 34)], [(w / 2, 34), (w - 2, 0)]],
            "X": [[(2, 0), (w - 2, 34)], [(w - 2, 0), (2, 34)]],
        }
        strokes += [[(at + x, y - 174) for x, y in stroke] for stroke in flat[char]]
        at += w
    sin, cos = math.sin(angle), math.cos(angle)
    turned = [[(380 + x * cos - y * sin, 520 + x * sin + y * cos) for x, y in stroke] for stroke in strokes]
    layer.paint(layer.stroke(*turned, width=4), (36, 36, 44))

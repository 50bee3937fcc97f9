"""Things: seal, telephone, abacus, waist drum, ammunition box."""

from __future__ import annotations

import math

from PIL import ImageChops

from drawing.canvas import Canvas, Point, arc, curve, glossy, matte, noise
from drawing.glyphs import writing


def seal() -> Canvas:
    """A long boxwood seal lying beside its red print."""
    canvas = Canvas(860, 700, (204, 201, 195), seed=41)
    paper = canvas.layer()
    paper.paint(paper.block(90, 90, 390, 620, 2), (232, 224, 204), grain=noise(paper.size, 2, 14, 3))
    red = (182, 38, 34)
    ragged = noise(paper.size, 5, 127, 8).point(lambda v: 255 if v > 40 else 60)
    frame = [(160, 140), (320, 140), (320, 570), (160, 570), (160, 140)]
    for mask in (
        paper.stroke(frame, width=11),
        paper.stroke(*writing("中国工农红军", 206, 160, 62, 0, 67), width=8),
    ):
        paper.paint(ImageChops.multiply(mask, ragged), red)
    canvas.place(paper, lift=3)
    layer = canvas.layer()
    grain = noise(layer.size, 3, 34, 5, (1, 30))
    boxwood = (190, 142, 76)
    layer.paint(
        layer.polygon([(486, 150), (618, 132), (640, 560), (506, 586)]), boxwood, bevel=8, depth=1.2, grain=grain
    )
    layer.paint(layer.polygon([(618, 132), (700, 170), (716, 572), (640, 560)]), (132, 92, 44), bevel=6, grain=grain)
    layer.paint(layer.polygon([(506, 586), (640, 560), (716, 572), (584, 606)]), (150, 40, 34), bevel=4)
    handle = curve([(548, 250), (596, 242), (604, 330), (600, 440), (556, 452), (546, 350)], closed=True)
    layer.paint(layer.polygon([(x + 10, y + 10) for x, y in handle]), (60, 38, 14), opacity=0.35)
    layer.paint(layer.polygon(handle), (206, 160, 92), bevel=26, depth=1.7, grain=grain)
    chip = curve([(626, 540), (642, 536), (650, 556), (636, 562)], closed=True)
    layer.paint(layer.polygon(chip), (214, 178, 118), bevel=3)
    canvas.place(layer, lift=18)
    return canvas


def telephone() -> Canvas:
    """A black bakelite field telephone with a crank, its handset in the cradle."""
    canvas = Canvas(900, 720, (204, 202, 198), seed=42)
    layer = canvas.layer()
    black = (44, 42, 42)
    layer.paint(layer.stroke([(640, 430), (700, 430)], width=16), (120, 118, 114), bevel=8)
    layer.paint(layer.stroke([(700, 430), (716, 350)], width=14), (130, 128, 124), bevel=8, depth=1.4)
    knob, tone = layer.lathe(717, curve([(300, 10), (310, 18), (340, 18), (354, 12)]), glossy)
    layer.paint(knob, black, tone=tone)
    body = [(312, 262), (588, 262), (630, 330), (668, 566), (656, 590), (244, 590), (232, 566), (270, 330)]
    layer.paint(layer.polygon(body), black, bevel=34, depth=2.2, grain=noise(layer.size, 3, 8, 4))
    layer.paint(
        layer.polygon([(322, 272), (578, 272), (600, 318), (300, 318)]), (84, 82, 82), bevel=12, depth=1.2, opacity=0.7
    )
    layer.paint(layer.block(236, 576, 664, 606, 10), (30, 29, 29), bevel=10, depth=1.8)
    layer.paint(layer.ellipse(450, 452, 92, 84), (60, 58, 58), bevel=12, depth=1.8)
    layer.paint(layer.ellipse(450, 452, 74, 66), (206, 198, 178), bevel=4, grain=noise(layer.size, 2, 14, 6))
    layer.paint(layer.stroke([*arc(430, 452, 13, 20, 0, 360)], width=5), black)
    layer.paint(layer.stroke([*arc(470, 444, 12, 12, 0, 360)], [(482, 444), (478, 474)], width=5), black)
    for x in (346, 554):
        layer.paint(
            layer.polygon(
                [
                    (x - 34, 268),
                    (x - 26, 206),
                    (x - 10, 206),
                    (x - 8, 240),
                    (x + 8, 240),
                    (x + 10, 206),
                    (x + 26, 206),
                    (x + 34, 268),
                ]
            ),
            (58, 56, 56),
            bevel=8,
            depth=2,
        )
    layer.paint(
        layer.stroke(curve([(220, 196), (330, 164), (450, 156), (570, 164), (680, 196)]), width=44),
        black,
        bevel=26,
        depth=2.4,
    )
    for x, lean in ((206, -14), (694, 14)):
        cup = curve(
            [
                (x - 54 + lean, 178),
                (x + 54 + lean, 178),
                (x + 66 - lean, 236),
                (x + 50, 262),
                (x - 50, 262),
                (x - 66 - lean, 236),
            ],
            closed=True,
        )
        layer.paint(layer.polygon(cup), black, bevel=26, depth=2.2)
        layer.paint(layer.ellipse(x, 258, 56, 13), (74, 72, 72), bevel=5)
    layer.paint(layer.stroke(curve([(330, 160), (450, 150), (570, 160)]), width=5), (190, 190, 190), opacity=0.5)
    cord = curve([(176, 262), (120, 360), (136, 500), (92, 590), (180, 630), (262, 596)])
    layer.paint(layer.stroke(cord, width=9), (70, 56, 42), bevel=5, grain=noise(layer.size, 3, 40, 9))
    canvas.place(layer, lift=18)
    return canvas


def abacus() -> Canvas:
    """A thirteen-rod abacus: redwood frame, horn beads, two above and five below."""
    canvas = Canvas(960, 560, (206, 204, 199), seed=44)
    layer = canvas.layer()
    grain = noise(layer.size, 3, 30, 5, (30, 1))
    redwood = (110, 50, 34)
    left, right, top, bottom, bar = 110, 850, 110, 450, 222
    rods = [left + 52 + i * (right - left - 104) / 12 for i in range(13)]
    for x in rods:
        layer.paint(layer.block(x - 3, top, x + 3, bottom), (176, 150, 100), bevel=3)
    for i, x in enumerate(rods):
        down = (0, 3, 5, 1, 2, 0, 4, 1, 0, 3, 2, 0, 0)[i]
        upper = [top + 32, top + 62] if i % 3 else [top + 32, bar - 28]
        lower = [bar + 32 + k * 29 for k in range(down)] + [bottom - 32 - k * 29 for k in range(5 - down)]
        for y in upper + lower:
            shape: list[Point] = [(y - 14, 9), (y - 10, 18), (y - 3, 24), (y + 3, 24), (y + 10, 18), (y + 14, 9)]
            bead, tone = layer.lathe(x, shape, glossy)
            layer.paint(bead, (86, 66, 48), tone=tone, bevel=5)
    for box in (
        (left, bar - 9, right, bar + 9),
        (left, top - 24, right, top + 10),
        (left, bottom - 10, right, bottom + 24),
    ):
        layer.paint(layer.block(*box, 3), redwood, bevel=9, depth=1.4, grain=grain)
    for x in (left - 22, right - 12):
        layer.paint(layer.block(x, top - 24, x + 34, bottom + 24, 4), redwood, bevel=9, depth=1.4, grain=grain)
        for y in (top - 24, bottom + 2):
            layer.paint(layer.block(x - 2, y, x + 36, y + 22, 3), (184, 146, 78), bevel=5, depth=1.4)
    canvas.place(layer, lift=13, angle=-2)
    return canvas


def drum() -> Canvas:
    """A red waist drum on its side, hide nailed over both ends, a yellow sash."""
    canvas = Canvas(900, 660, (206, 204, 200), seed=45)
    sash = canvas.layer()
    for i, tail in enumerate(
        ([(330, 250), (210, 330), (150, 470), (110, 560)], [(330, 250), (250, 380), (230, 500), (180, 590)])
    ):
        sash.paint(
            sash.stroke(curve(tail), width=34),
            (212, 168, 52),
            bevel=14,
            depth=1.3,
            grain=noise(sash.size, 12, 40, i, (1, 3)),
        )
    canvas.place(sash, lift=6)
    layer = canvas.layer()
    profile = curve([(120, 124), (200, 146), (330, 158), (460, 146), (530, 126)])
    body, tone = layer.lathe(450, profile, glossy)
    layer.paint(body, (166, 32, 30), tone=tone, grain=noise(layer.size, 4, 12, 4))
    hide, tone = layer.lathe(450, [(500, 136), (530, 128), (552, 120)], matte)
    layer.paint(hide, (214, 192, 148), tone=tone)
    hide, tone = layer.lathe(450, [(106, 122), (128, 126), (152, 136)], matte)
    layer.paint(hide, (214, 192, 148), tone=tone)
    layer.paint(layer.ellipse(450, 106, 122, 34), (226, 206, 164), bevel=5, grain=noise(layer.size, 30, 24, 8))
    layer.paint(layer.ellipse(450, 552, 120, 30), (176, 152, 108))
    layer.paint(layer.polygon([(486, 92), (534, 98), (528, 122), (482, 116)]), (150, 112, 64), bevel=4)
    for height, radius in ((166, 132), (512, 128)):
        for i in range(11):
            a = math.radians(15 + i * 15)
            x, y = 450 + radius * math.cos(a), height - 14 + 30 * math.sin(a)
            layer.paint(layer.ellipse(x, y, 7, 7), (196, 160, 82), bevel=6, depth=1.8)
    layer.paint(
        layer.stroke(arc(450, 326, 157, 34, 5, 175), width=30),
        (212, 168, 52),
        bevel=14,
        depth=1.2,
        grain=noise(layer.size, 10, 36, 6),
    )
    for y in (250, 410):
        layer.paint(layer.ring(330, y, 13, 15, 5), (176, 150, 90), bevel=4, depth=1.5)
    canvas.place(layer, lift=16, angle=62)
    return canvas


def box() -> Canvas:
    """A pine box for mortar shells, black stencil on its front, rope handles."""
    canvas = Canvas(940, 680, (202, 199, 194), seed=46)
    layer = canvas.layer()
    grain = noise(layer.size, 3, 40, 5, (44, 1))
    knots = noise(layer.size, 40, 14, 6, (4, 1))
    layer.paint(layer.polygon([(120, 250), (640, 250), (830, 158), (330, 158)]), (206, 168, 112), bevel=5, grain=grain)
    layer.paint(layer.polygon([(640, 250), (830, 158), (830, 420), (640, 546)]), (140, 102, 58), bevel=5, grain=grain)
    for i in range(3):
        y0, y1 = 250 + i * 99, 250 + (i + 1) * 99 - 3
        layer.paint(layer.polygon([(120, y0), (640, y0), (640, y1), (120, y1)]), (186, 142, 86), bevel=5, grain=grain)
    layer.paint(layer.block(120, 250, 640, 546), (186, 142, 86), grain=knots, opacity=0.25)
    layer.paint(layer.stroke([(640, 348), (830, 246)], [(640, 446), (830, 334)], width=3), (74, 50, 24), opacity=0.7)
    layer.paint(layer.stroke([(190, 220), (700, 220)], [(260, 188), (766, 188)], width=2.5), (110, 80, 42), opacity=0.7)
    for x in (150, 566):
        layer.paint(
            layer.block(x, 250, x + 44, 546), (170, 126, 74), bevel=6, grain=noise(layer.size, 3, 36, 7, (1, 40))
        )
        for y in (272, 326, 372, 424, 470, 524):
            layer.paint(layer.ellipse(x + 22, y, 4.5, 4.5), (70, 66, 62), bevel=3)
    for x, y in ((120, 250), (600, 250), (120, 506), (600, 506)):
        layer.paint(
            layer.block(x, y, x + 40, y + 40, 2), (96, 94, 92), bevel=5, depth=1.3, grain=noise(layer.size, 4, 34, 3)
        )
    ink = (34, 32, 30)
    layer.paint(layer.stroke([(262, 336), (280, 322), (280, 456)], width=15), ink, opacity=0.85)
    layer.paint(layer.stroke(arc(344, 389, 34, 60, 0, 360), width=15), ink, opacity=0.85)
    layer.paint(layer.stroke(*writing("发", 416, 318, 130, 0, 0), width=13), ink, opacity=0.85)
    rope = curve([(716, 320), (706, 376), (736, 408), (768, 366), (766, 294)])
    layer.paint(layer.stroke(rope, width=15), (186, 160, 108), bevel=8, depth=1.4, grain=noise(layer.size, 4, 70, 9))
    canvas.place(layer, lift=15)
    return canvas

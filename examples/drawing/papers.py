"""Papers: leaflet, both sides of a banknote, reading primer."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw, ImageFont

from drawing.canvas import SCALE, Canvas, Colour, Layer, Point, add_tones, arc, curve, noise
from drawing.glyphs import scribble, writing

INK = (38, 34, 32)


def leaflet() -> Canvas:
    """A lithographed leaflet on yellow straw paper: a heading, eleven columns, the right edge torn."""
    canvas = Canvas(720, 900, (150, 148, 144), seed=21)
    layer = canvas.layer()
    pen = random.Random(8)
    torn = [(596 + pen.uniform(-14, 8), 90 + i * 12) for i in range(61)]
    sheet = layer.polygon([(110, 84), *torn, (600, 822), (104, 816)])
    layer.paint(sheet, (206, 178, 116), grain=_paper(layer, 3))
    layer.paint(layer.stroke([(108, 452), (598, 448)], width=2), (120, 94, 50), opacity=0.5)
    layer.paint(layer.stroke([(108, 456), (598, 452)], width=2), (240, 220, 170), opacity=0.5)
    layer.paint(layer.stroke([(350, 86), (352, 818)], width=2), (120, 94, 50), opacity=0.4)
    heading = [stroke for i in range(7) for stroke in scribble(pen, 520, 136 + i * 86, 52)]
    layer.paint(layer.stroke(*heading, width=5.5), INK, opacity=0.86)
    layer.paint(layer.stroke([(496, 130), (496, 780)], width=2), INK, opacity=0.7)
    body: list[list[Point]] = []
    for column in range(11):
        for row in range(24 if column < 10 else 13):
            body += scribble(pen, 462 - column * 31, 138 + row * 26.4, 17)
    layer.paint(layer.stroke(*body, width=2.2), INK, opacity=0.82)
    layer.paint(layer.ellipse(200, 700, 66, 50), (120, 84, 40), opacity=0.13)
    layer.paint(layer.ring(200, 700, 66, 50, 4), (110, 74, 34), opacity=0.25)
    canvas.place(layer, lift=5, angle=1.5)
    return canvas


def banknote(back: bool = False) -> Canvas:
    """A fifty-yuan banknote: water wheel in the middle of the front; the back all rosettes and numbers."""
    canvas = Canvas(960, 560, (128, 126, 124), seed=22)
    layer = canvas.layer()
    tint: Colour = (124, 62, 58) if back else (52, 72, 110)
    layer.paint(layer.block(90, 76, 870, 484, 3), (222, 212, 188), grain=_paper(layer, 5))
    layer.paint(layer.block(116, 100, 844, 460), tint, opacity=0.16)
    for inset, width in ((0, 7), (13, 2), (19, 2)):
        x0, y0, x1, y1 = 116 + inset, 100 + inset, 844 - inset, 460 - inset
        layer.paint(layer.stroke([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], width=width), tint)
    for x in range(136, 832, 14):
        for y in (110, 450):
            layer.paint(layer.ellipse(x, y, 4.5, 4.5), tint, opacity=0.7)
    if back:
        _rosette(layer, 480, 280, 150, tint, 18)
        _rosette(layer, 250, 280, 74, tint, 12)
        _rosette(layer, 710, 280, 74, tint, 12)
        _number(layer, "50", 480, 280, 96, (244, 236, 214))
    else:
        _water_wheel(layer, tint)
        _rosette(layer, 224, 290, 70, tint, 12)
        _rosette(layer, 736, 290, 70, tint, 12)
        for x in (224, 736):
            layer.paint(layer.ellipse(x, 290, 44, 44), (222, 212, 188), opacity=0.85)
            layer.paint(layer.stroke(*writing("伍" if x < 480 else "圆", x - 28, 262, 56, 0, 0), width=6), tint)
        layer.paint(layer.stroke(*writing("中国人民", 330, 134, 44, 84, 0), width=5), tint)
        layer.paint(layer.stroke(*writing("伍拾圆", 374, 392, 38, 88, 0), width=4.5), tint)
        _number(layer, "III IV V 238719", 250, 412, 22, (150, 34, 34))
        _number(layer, "III IV V 238719", 716, 160, 22, (150, 34, 34))
    for x, y in ((154, 130), (806, 130), (154, 430), (806, 430)):
        layer.paint(layer.ellipse(x, y, 26, 20), (222, 212, 188))
        layer.paint(layer.ring(x, y, 26, 20, 3), tint)
        _number(layer, "50", x, y, 26, tint)
    layer.paint(layer.stroke([(480, 78), (482, 482)], width=2.5), (96, 84, 66), opacity=0.4)
    layer.paint(layer.ellipse(640, 220, 20, 15), (110, 80, 44), opacity=0.2)
    canvas.place(layer, lift=5, angle=-1.5 if back else 1)
    return canvas


def primer() -> Canvas:
    """A stitched reading primer on coarse paper, its corner dog-eared."""
    canvas = Canvas(720, 880, (170, 166, 158), seed=23)
    layer = canvas.layer()
    for i in range(5):
        leaf = layer.polygon(
            [(150 + i, 108 + i * 2), (588 + i * 2, 100 + i * 2), (594 + i * 2, 766 + i * 2), (156 + i, 776 + i * 2)]
        )
        layer.paint(leaf, (214 - i % 2 * 22, 198 - i % 2 * 22, 160 - i % 2 * 20), bevel=2)
    cover = layer.polygon([(146, 104), (584, 96), (588, 716), (548, 762), (152, 770)])
    layer.paint(cover, (178, 160, 118), grain=_paper(layer, 6))
    layer.paint(layer.polygon([(588, 716), (548, 762), (542, 710)]), (206, 190, 152), bevel=5)
    for y in range(150, 760, 118):
        layer.paint(layer.stroke([(148, y), (178, y - 1)], width=3.5), (236, 230, 214), bevel=2)
    layer.paint(layer.stroke([(178, 104), (182, 768)], width=3), (236, 230, 214), bevel=2)
    layer.paint(layer.block(226, 140, 326, 604), (226, 212, 174), grain=_paper(layer, 7))
    layer.paint(layer.stroke([(226, 140), (326, 140), (326, 604), (226, 604), (226, 140)], width=3), (150, 40, 34))
    layer.paint(layer.stroke(*writing("农民识字课本", 242, 156, 64, 0, 73), width=7), INK, opacity=0.9)
    red = (166, 44, 36)
    layer.paint(layer.ring(458, 360, 92, 92, 6), red, opacity=0.85)
    layer.paint(
        layer.polygon([(380, 392), (458, 374), (536, 392), (536, 320), (458, 302), (380, 320)]), red, opacity=0.75
    )
    layer.paint(layer.polygon([(390, 384), (454, 368), (454, 310), (390, 326)]), (226, 212, 174), opacity=0.9)
    layer.paint(layer.polygon([(526, 384), (462, 368), (462, 310), (526, 326)]), (226, 212, 174), opacity=0.9)
    pen = random.Random(4)
    lines = [s for row in range(3) for col in range(3) for s in scribble(pen, 398 + col * 18, 326 + row * 17, 10)]
    layer.paint(layer.stroke(*lines, width=1.4), INK, opacity=0.7)
    foot = [stroke for i in range(6) for stroke in scribble(pen, 392 + i * 24, 690, 17)]
    layer.paint(layer.stroke(*foot, width=2), INK, opacity=0.7)
    layer.paint(layer.ellipse(470, 580, 70, 54), (96, 70, 36), opacity=0.14)
    canvas.place(layer, lift=8, angle=-1.5)
    return canvas


def _paper(layer: Layer, seed: int) -> Image.Image:
    return add_tones(noise(layer.size, 2, 14, seed), noise(layer.size, 90, 11, seed + 1))


def _rosette(layer: Layer, x: float, y: float, radius: float, colour: Colour, petals: int) -> None:
    """The engraver's rosette: rings of waves."""
    for share in (1.0, 0.86, 0.72, 0.58, 0.44, 0.3):
        for phase in (0.0, math.pi):
            wave = []
            for i in range(361):
                angle = math.radians(i)
                reach = radius * share * (1 + 0.09 * math.cos(petals * angle + phase))
                wave.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
            layer.paint(layer.stroke(wave, width=1.4), colour, opacity=0.85)


def _number(layer: Layer, text: str, x: float, y: float, size: float, colour: Colour) -> None:
    mask = Image.new("L", layer.size, 0)
    font = ImageFont.load_default(size * SCALE)
    ImageDraw.Draw(mask).text((x * SCALE, y * SCALE), text, fill=255, font=font, anchor="mm")
    layer.paint(mask, colour)


def _water_wheel(layer: Layer, tint: Colour) -> None:
    layer.paint(layer.ellipse(480, 284, 160, 88), (222, 212, 188), opacity=0.9)
    layer.paint(layer.ellipse(480, 284, 160, 88), tint, opacity=0.12)
    layer.paint(layer.ring(480, 284, 160, 88, 3), tint)
    hills = curve([(330, 300), (380, 254), (420, 280), (480, 236), (540, 278), (600, 250), (634, 300)])
    layer.paint(layer.polygon([*hills, (634, 306), (330, 306)]), tint, opacity=0.3)
    layer.paint(layer.ring(456, 290, 54, 54, 4), tint)
    layer.paint(layer.ring(456, 290, 42, 42, 3), tint)
    for i in range(12):
        a = math.radians(i * 30)
        x, y = 456 + 56 * math.cos(a), 290 + 56 * math.sin(a)
        layer.paint(layer.stroke([(456, 290), (x, y)], width=2), tint)
        layer.paint(layer.block(x - 5, y - 4, x + 5, y + 4), tint)
    for i in range(6):
        layer.paint(
            layer.stroke(
                curve([(360 + i * 6, 336 + i * 5), (450, 330 + i * 5), (596 - i * 8, 336 + i * 5)]), width=1.6
            ),
            tint,
            opacity=0.8,
        )
    layer.paint(layer.polygon([(552, 312), (552, 280), (580, 262), (610, 280), (610, 312)]), tint, opacity=0.6)
    layer.paint(layer.stroke(arc(456, 290, 12, 12, 0, 360), width=4), tint)

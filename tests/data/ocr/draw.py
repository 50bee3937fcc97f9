"""Draws the pictures of this folder: ``python draw.py FONT`` (README.md)."""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).parent
SIZE = 36
PAPER, INK = 232, 40


def page(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """An empty grey page."""
    image = Image.new("L", (width, height), PAPER)
    return image, ImageDraw.Draw(image)


def down(draw: ImageDraw.ImageDraw, text: str, x: int, y: int, font: ImageFont.FreeTypeFont) -> None:
    """A column of characters."""
    for place, char in enumerate(text):
        draw.text((x, y + place * round(1.15 * SIZE)), char, font=font, fill=INK)


def main() -> None:
    """Draw all of them."""
    font = ImageFont.truetype(sys.argv[1], SIZE, index=2)
    image, draw = page(640, 240)
    for row, text in enumerate(("柳河县抗日民主政府布告", "一九四一年五月二十日", "县长田小满")):
        draw.text((40, 30 + 62 * row), text, font=font, fill=INK)
    image.quantize(4).save(FOLDER / "lines.png", optimize=True)

    image, draw = page(330, 660)
    columns = ("八路军太行军区第三分区司令部", "中华民国三十一年八月十五日", "兹有石桥村民兵缴获步枪")
    for column, text in enumerate(columns):
        down(draw, text, 250 - 64 * column, 30, font)
    image.quantize(4).save(FOLDER / "columns.png", optimize=True)

    image, draw = page(560, 640)
    draw.text((150, 20), "柳河快讯第三期", font=font, fill=INK)
    upper = ("柳河县各区民兵连日出击", "缴获步枪十二支子弹三百", "群众送粮四十斤慰问部队")
    lower = ("石桥村妇女缝制军鞋百双", "儿童团站岗放哨盘查行人", "县政府号召军民抢收秋粮")
    for column, text in enumerate(upper):
        down(draw, text, 440 - 56 * column, 110, font)
    for column, text in enumerate(lower):
        down(draw, text, 190 - 56 * column, 110, font)
    image.quantize(4).save(FOLDER / "news.png", optimize=True)

    image, draw = page(560, 200)
    draw.text((80, 30), "行銀民農縣河柳", font=font, fill=INK)
    draw.text((190, 110), "壹角", font=font, fill=INK)
    image.quantize(4).save(FOLDER / "note.png", optimize=True)


if __name__ == "__main__":
    main()

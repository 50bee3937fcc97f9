"""Weapons: stick grenade, rifle, broadsword."""

from __future__ import annotations

from drawing.canvas import Canvas, arc, curve, matte, metal, noise

IRON = (74, 74, 76)


def grenade() -> Canvas:
    """A stick grenade: ribbed cast-iron head, turned birch handle with a screw cap."""
    canvas = Canvas(900, 640, (204, 201, 196), seed=12)
    layer = canvas.layer()
    grip, tone = layer.lathe(450, curve([(255, 22), (300, 23), (420, 20), (520, 23), (560, 25)]), matte)
    layer.paint(grip, (188, 146, 92), tone=tone, grain=noise(layer.size, 3, 34, 3, (1, 30)))
    cap, tone = layer.lathe(450, [(548, 29), (552, 31), (590, 31), (596, 27), (600, 20)], metal)
    layer.paint(cap, (110, 108, 104), tone=tone, grain=noise(layer.size, 4, 16, 4))
    head, tone = layer.lathe(450, [(62, 40), (68, 50), (76, 53), (226, 53), (234, 50), (248, 34), (262, 27)], metal)
    layer.paint(head, IRON, tone=tone, grain=noise(layer.size, 4, 26, 5))
    for y in (78, 224):
        layer.paint(layer.stroke(arc(450, y - 4, 52, 7, 5, 175), width=4), (34, 34, 36), opacity=0.8)
    for y in range(104, 216, 26):
        layer.paint(layer.stroke(arc(450, y, 52, 7, 5, 175), width=2.5), (38, 38, 40), opacity=0.6)
    layer.paint(layer.ellipse(450, 64, 41, 7), (96, 96, 98), bevel=4)
    red = (168, 36, 32)
    layer.paint(layer.stroke([(441, 366), (447, 360), (447, 394)], width=4), red, opacity=0.85)
    layer.paint(layer.stroke([*arc(460, 368, 6, 7, 190, 380), (454, 394), (468, 394)], width=4), red, opacity=0.85)
    canvas.place(layer, lift=11, angle=-58)
    return canvas


def rifle() -> Canvas:
    """A bolt-action rifle with a walnut stock, seen from the right, with its leather sling."""
    canvas = Canvas(1000, 440, (206, 203, 198), seed=13)
    layer = canvas.layer()
    sling = curve([(285, 262), (390, 330), (520, 322), (640, 240)])
    layer.paint(layer.stroke(sling, width=10), (112, 66, 36), bevel=5, grain=noise(layer.size, 4, 26, 2))
    barrel = layer.block(560, 178, 952, 188, 3)
    layer.paint(barrel, IRON, bevel=9, depth=1.6)
    layer.paint(layer.polygon([(930, 178), (934, 164), (942, 164), (944, 178)]), IRON, bevel=3)
    stock = [
        (40, 226),
        (44, 316),
        (60, 322),
        (180, 276),
        (262, 248),
        (318, 236),
        (470, 226),
        (800, 208),
        (816, 200),
        (816, 186),
    ]
    stock += [(560, 188), (420, 190), (300, 192), (252, 206), (216, 222), (150, 218), (56, 216)]
    layer.paint(layer.polygon(stock), (112, 66, 36), bevel=20, depth=1.5, grain=noise(layer.size, 3, 34, 7, (36, 1)))
    layer.paint(layer.polygon([(36, 222), (46, 216), (52, 320), (42, 322)]), IRON, bevel=4)
    receiver = layer.block(300, 174, 500, 204, 6)
    layer.paint(receiver, (88, 88, 92), bevel=12, depth=1.6, grain=noise(layer.size, 3, 18, 8))
    layer.paint(layer.block(345, 178, 420, 188, 4), (150, 150, 152), bevel=5)
    layer.paint(layer.stroke(curve([(330, 184), (322, 206), (330, 226)]), width=9), (104, 104, 108), bevel=5)
    layer.paint(layer.ellipse(331, 231, 11, 11), (112, 112, 116), bevel=8, depth=1.5)
    layer.paint(layer.polygon([(520, 178), (528, 160), (566, 166), (572, 178)]), IRON, bevel=4)
    layer.paint(layer.polygon([(352, 226), (436, 222), (430, 250), (360, 250)]), IRON, bevel=5)
    layer.paint(layer.stroke(curve([(270, 246), (276, 272), (318, 272), (352, 244)]), width=6), IRON, bevel=4)
    layer.paint(layer.stroke(curve([(306, 240), (304, 256), (296, 264)]), width=5), (96, 96, 100), bevel=3)
    for x in (640, 808):
        layer.paint(layer.block(x, 174, x + 14, 218, 3), (82, 82, 86), bevel=6)
    layer.paint(layer.ellipse(645, 228, 8, 12), IRON, bevel=4)
    canvas.place(layer, lift=10, angle=6)
    return canvas


def sword() -> Canvas:
    """A broadsword: wide steel blade, red cloth round the grip, ring pommel, red tassel."""
    canvas = Canvas(960, 520, (198, 195, 190), seed=14)
    layer = canvas.layer()
    for i, end in enumerate(((62, 330), (84, 370), (116, 392), (150, 372))):
        tail = curve([(96, 262), (90 + i * 8, 310), end])
        layer.paint(layer.stroke(tail, width=16), (166, 30, 30), bevel=8, grain=noise(layer.size, 6, 30, i))
    layer.paint(layer.ring(98, 240, 34, 34, 12), (96, 94, 92), bevel=6, depth=1.4)
    blade = curve([(330, 214), (520, 208), (700, 190), (840, 158), (892, 136)])
    blade += curve([(892, 136), (868, 220), (800, 276), (640, 286), (470, 274), (330, 268)])
    steel = layer.polygon(blade)
    layer.paint(steel, (150, 152, 154), bevel=10, depth=1.4, grain=noise(layer.size, 3, 24, 3, (40, 1)))
    layer.paint(steel, (92, 66, 48), grain=noise(layer.size, 14, 120, 5), opacity=0.16)
    edge = curve([(330, 268), (470, 274), (640, 286), (800, 276), (868, 220), (892, 136)])
    inner = curve([(880, 160), (846, 222), (786, 256), (640, 264), (470, 254), (330, 250)])
    layer.paint(layer.polygon(edge + inner), (206, 208, 210), bevel=3)
    layer.paint(
        layer.stroke(curve([(350, 226), (520, 222), (700, 206), (820, 182)]), width=4), (96, 98, 100), opacity=0.8
    )
    for x in (392, 420, 455, 470):
        layer.paint(layer.polygon([(x, 278), (x + 5, 262), (x + 10, 279)]), (150, 148, 144))
    layer.paint(
        layer.polygon(curve([(318, 176), (342, 184), (340, 296), (316, 306), (308, 240)], closed=True)),
        (104, 98, 88),
        bevel=8,
    )
    layer.paint(
        layer.block(128, 222, 318, 262, 12), (150, 34, 34), bevel=20, depth=1.4, grain=noise(layer.size, 3, 26, 6)
    )
    for x in range(138, 312, 17):
        layer.paint(layer.stroke([(x, 262), (x + 14, 222)], width=3), (92, 16, 18), opacity=0.7)
    canvas.place(layer, lift=10, angle=4)
    return canvas

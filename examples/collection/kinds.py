"""Kinds of relics: how one is called, what is said of it, and which drawing shows it.

Braces name what ``words.py`` fills in. Everything is invented in the style of museum prose; it describes no museum's
holdings. CC0 1.0.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of relic: the drawing that shows it, patterns of its title and of what is said of its make."""

    drawing: str
    titles: tuple[str, ...]
    makes: tuple[str, ...]


KINDS = (
    Kind(
        "newchina-0123.jpg",
        ("{unit}使用的木柄手榴弹", "{place}兵工厂造手榴弹", "{person}在{battle}中缴获的手榴弹"),
        (
            "弹体铸铁，桦木柄，长{a}厘米，重{weight}克，柄盖缺失。",
            "铁质弹体，木柄有裂纹一道，通长{a}厘米，弹径{b}厘米。",
        ),
    ),
    Kind(
        "liberation-0070.jpg",
        ("{person}用过的搪瓷缸", "“{slogan}”搪瓷缸", "{unit}慰问品搪瓷缸"),
        ("白底红字，铁胎，高{b}厘米，口径{c}厘米，口沿脱瓷三处。", "蓝边白底，高{b}厘米，把手用布条缠过，底部有锈。"),
    ),
    Kind(
        "war-0132.jpg",
        ("{place}夜校玻璃油灯", "{person}写材料用的煤油灯", "{unit}司令部马灯"),
        ("淡绿玻璃座，葫芦形，高{a}厘米，马口铁灯嘴。", "玻璃灯罩，铁皮底座，高{a}厘米，灯芯尚存。"),
    ),
    Kind(
        "soviet-0042.jpg",
        ("{unit}使用的三八式步枪", "{person}缴获的三八式步枪", "{place}自卫队的汉阳造步枪"),
        (
            "核桃木托，钢管，长{length}厘米，口径6.5毫米，重{kilo}千克，枪背带为后配牛皮。",
            "木托有弹痕，钢质枪管，长{length}厘米，机匣号{serial}。",
        ),
    ),
    Kind(
        "soviet-0055.jpg",
        ("《告{place}民众书》传单", "{unit}印发的《{paper}》", "《{paper}》第{issue}期"),
        ("黄色土纸，石印黑字，{a}×{c}厘米，右边残。", "毛边纸，油印，一页，{a}×{c}厘米，有折痕两道。"),
    ),
    Kind(
        "liberation-0094-1.jpg",
        ("{place}流通的边币{amount}", "{unit}发行的流通券{amount}", "中华苏维埃共和国国家银行{amount}纸币"),
        ("彩色石印，{c}×{b}厘米，号码{serial}，票面平挺。", "纸质，单色印刷，{c}×{b}厘米，中缝有裂。"),
    ),
    Kind(
        "soviet-0106.jpg",
        ("{place}铸造的银元{amount}", "{person}缴纳党费用的银元", "中华苏维埃共和国{amount}银币"),
        ("银质，圆形，直径{d}厘米，重{weight}克，边齿磨平。", "银质，直径{d}厘米，正面铸地球图案，包浆深。"),
    ),
    Kind(
        "war-0020.jpg",
        ("{unit}大刀队的大刀", "{person}杀敌用的大刀", "{place}民兵的红缨大刀"),
        ("刀身铁质，长{length}厘米，木柄缠红布，刃口崩缺两处。", "铁质，环首，通长{length}厘米，重{kilo}千克。"),
    ),
    Kind(
        "war-0067.jpg",
        ("{unit}指挥所的手摇电话机", "{battle}中使用的电话机", "{person}架线用的电话单机"),
        ("黑色胶木外壳，长{a}厘米，宽{c}厘米，皮套残。", "木壳，铜质摇把，高{a}厘米，编号{serial}。"),
    ),
    Kind(
        "war-0074.jpg",
        ("{person}的“{medal}”奖章", "{unit}颁发的{medal}奖章", "{battle}纪念章"),
        ("铜质镀金，五角星形，直径{d}厘米，背面刻编号{serial}。", "银质，圆形，直径{d}厘米，珐琅有剥落，配红色绶带。"),
    ),
    Kind(
        "liberation-0125.jpg",
        ("{unit}的红旗", "{place}农会会旗", "“{slogan}”锦旗"),
        ("红色棉布，黄字，{length}×{a}厘米，旗裤为白布。", "红绸，长{length}厘米，虫蛀七处，落款{year}。"),
    ),
    Kind(
        "march-0147.jpg",
        ("{person}戴过的军帽", "{unit}战士的灰布军帽", "{place}缝制的八角帽"),
        ("灰色棉布，帽檐有红布五角星一枚，帽围{a}厘米。", "灰布，八角形，高{b}厘米，内衬白布，汗渍明显。"),
    ),
    Kind(
        "soviet-0014.jpg",
        ("{person}穿过的草鞋", "{place}妇女为{unit}编织的草鞋", "{unit}行军用的布草鞋"),
        ("稻草编，长{a}厘米，宽{b}厘米，鞋带已断。", "麻与布条合编，长{a}厘米，一双，底磨穿。"),
    ),
    Kind(
        "newchina-0128.jpg",
        ("{person}背过的挎包", "{unit}文书用的帆布挎包", "“{slogan}”绣字挎包"),
        ("草绿色帆布，{a}×{c}厘米，包盖绣红色五角星。", "灰布，长{a}厘米，宽{c}厘米，背带为后换。"),
    ),
    Kind(
        "newchina-0066.jpg",
        ("《{paper}》识字课本", "{place}冬学用的《{paper}》", "{person}读过的《{paper}》"),
        ("白报纸，铅印，{issue}页，{a}×{c}厘米，封面缺角。", "土纸，木刻插图，线装一册，有批注{issue}处。"),
    ),
    Kind(
        "soviet-0073.jpg",
        ("{unit}驻{place}时用的茶壶", "{person}招待{unit}的瓷茶壶", "{place}交通站的提梁壶"),
        ("青花瓷，高{b}厘米，口径{d}厘米，壶盖后配。", "粗陶，褐釉，高{b}厘米，流口磕损。"),
    ),
    Kind(
        "founding-0007.jpg",
        ("{person}用过的粗瓷碗", "{unit}炊事班的瓷碗", "{place}群众送饭的蓝边碗"),
        ("白釉蓝边，口径{c}厘米，高{d}厘米，冲口一道。", "粗瓷，口径{c}厘米，底部墨书“{slogan}”。"),
    ),
    Kind(
        "march-0014.jpg",
        ("{unit}供给部的算盘", "{place}合作社用的算盘", "{person}管账用的十三档算盘"),
        ("红木框，竹档，长{a}厘米，宽{c}厘米，缺珠四颗。", "木质，十三档，长{a}厘米，框底刻“{year}”。"),
    ),
    Kind(
        "march-0035.jpg",
        ("{unit}印章", "{place}苏维埃政府木印", "{person}的石质名章"),
        ("黄杨木质，长方形，印面{d}×{e}厘米，阳文楷书。", "青田石，方形，边长{e}厘米，印泥残留。"),
    ),
    Kind(
        "liberation-0082.jpg",
        ("{person}存放文件的木箱", "{unit}卫生队药箱", "{place}地下交通员的夹层木箱"),
        ("杉木，长{length}厘米，宽{a}厘米，铁皮包角，漆皮脱落。", "樟木，长方形，高{a}厘米，盖内墨书“{slogan}”。"),
    ),
    Kind(
        "liberation-0102.jpg",
        ("{place}秧歌队的腰鼓", "{unit}宣传队用的鼓", "庆祝{battle}胜利的红漆鼓"),
        ("木框蒙牛皮，红漆，高{a}厘米，鼓面径{c}厘米。", "红色漆皮，圆形，径{c}厘米，铜钉缺六枚。"),
    ),
    Kind(
        "march-0005.jpg",
        ("{person}行军戴过的斗笠", "{unit}战士的竹斗笠", "{place}老乡送给{unit}的斗笠"),
        ("竹篾编，圆锥形，直径{length}厘米，内夹油纸。", "竹编，直径{length}厘米，笠面红漆书“{slogan}”。"),
    ),
    Kind(
        "founding-0125.jpg",
        ("{person}用过的怀表", "{battle}中缴获的怀表", "{unit}首长赠{person}的怀表"),
        ("银壳，圆形，直径{d}厘米，表蒙玻璃有裂，表链缺失。", "镍壳，直径{d}厘米，背面刻“{slogan}”，停走。"),
    ),
)

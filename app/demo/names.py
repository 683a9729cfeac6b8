"""Names as people in such a city have them. Pure. Any likeness to a living person is chance.

Surnames by their share in China, somewhat as in the north; given names by the decade of birth. Some
hold rare characters, which programs lose: GBK has neither 㛃 nor 䶮 nor 𬭚.
"""

from typing import Final

import numpy as np

from app.demo.draw import Draw, Whole

_SURNAMES: Final = (
    "王890 李820 张800 刘560 陈240 杨320 赵330 黄120 周190 吴150 徐140 孙160 胡120 朱110"
    " 高130 林60 何90 郭210 马170 罗60 梁70 宋120 郑110 谢60 韩110 唐50 冯80 于50 董80"
    " 萧40 程70 曹70 袁60 邓40 许70 傅40 沈40 曾30 彭40 吕60 苏50 卢40 蒋40 蔡30 贾80 丁50"
    " 魏60 薛50 叶30 阎50 余30 潘30 杜60 戴30 夏40 钟20 汪20 田50 任60 姜40 范50 方30 石50"
    " 姚40 谭20 廖20 邹20 熊20 金30 陆20 郝50 孔30 白40 崔50 康40 毛30 邱20 秦50 江20 史40"
    " 顾20 侯50 邵30 孟40 龙20 万20 段40 雷30 钱20 汤20 尹30 黎10 易10 常60 武40 乔40 贺30"
    " 赖10 龚10 文20 申60 元20 路30 焦40 牛40 靳30 裴20 娄20 岳30 桑10 欧阳6 司马6 上官6"
    " 诸葛3 令狐3 买2 丁2 马2"
)
_MEN: Final = {
    1960: (
        "建国 国强 建军 卫东 爱民 保国 志强 国庆 新民 胜利 庆华 文革 学文 长江 跃进 铁柱 振华 海军"
    ),
    1970: ("建军 志刚 勇 军 伟 红军 永强 海涛 卫华 向东 国栋 晓东 新建 保军 利民 庆伟 书林 文斌"),
    1980: "伟 磊 鹏 勇 涛 超 强 辉 斌 波 亮 凯 军伟 志鹏 海波 俊杰 晓峰 建伟 振宇 鹏飞",
    1990: "浩 杰 鑫 帅 宇 龙 阳 旭 博 晨 俊豪 家豪 志豪 文博 明轩 子豪 嘉伟 鹏程 天宇 雨航",
    2000: "浩然 子轩 宇航 浩宇 俊熙 博文 梓豪 一鸣 思远 家乐 泽宇 皓轩 奕辰 铭泽 书豪",
}
_WOMEN: Final = {
    1960: ("秀英 桂兰 玉梅 秀兰 凤英 爱华 玉兰 桂英 素珍 淑芳 红梅 月娥 爱莲 春花 改革 巧云 金凤"),
    1970: "丽 敏 静 艳 红 芳 霞 玲 秀丽 红霞 春梅 爱玲 海燕 晓红 彩霞 利平 素芳 俊玲",
    1980: "娜 静 丽 娟 燕 婷 艳 玲 芳 莉 丹 敏 雪梅 晓燕 丽娟 海霞 慧敏 文静 亚楠 倩倩",
    1990: "婷 悦 颖 洁 雪 倩 璐 琳 梦瑶 佳怡 雨欣 思琪 晓雨 梦洁 嘉欣 文文 雅静 婧 蕾 莹莹",
    2000: "欣怡 梓涵 诗涵 雨涵 思涵 可欣 子涵 佳琪 梦琪 一诺 语嫣 若曦 紫萱 欣妍 静怡",
}
_FIRST: Final = "文明建志国永新春海玉晓俊振世庆学德光福长林书景云宏家子嘉天润"
_MIDDLE_WOMEN: Final = "秀玉丽春晓海慧雅红素淑金爱梦佳雨思雪文静彩巧凤桂瑞亚若欣紫"
_LAST_MEN: Final = "军伟强明华峰平辉林刚斌杰民生东亮波涛成龙飞海江山宇超鹏凯勇义"
_LAST_WOMEN: Final = "英兰芳梅玲霞红燕丽娟敏静莉云萍琴荣珍娜婷洁倩瑶怡琳月雪莹颖慧"
_RARE: Final = "堃 玥 犇 喆 翀 彧 垚 淼 璟 祎 旻 赟 㛃 䶮 𬭚 昇 珺 玘 竑 頔"
_FAR: Final = (
    "买买提·艾力 阿依古丽·吐尔逊 努尔兰·哈力克 古丽娜·买买提 迪丽拜尔·艾合买提 巴特尔·那日松"
)

_PAIRS: Final = [(word.rstrip("0123456789"), word) for word in _SURNAMES.split()]
SURNAMES: Final = tuple(name for name, _ in _PAIRS)
_WEIGHTS: Final = tuple(int(word[len(name) :]) for name, word in _PAIRS)
_DECADES: Final = tuple(_MEN)


def names(draw: Draw, person: Whole, woman: Whole, born_year: Whole) -> list[str]:
    """A name for each person; `woman` is 1 or 0."""
    surname = draw.weighted(_WEIGHTS, "surname", person).tolist()
    way = draw.below(10_000, "way of name", person).tolist()
    one = draw.below(1 << 20, "given name", person).tolist()
    two = draw.below(1 << 20, "second of given name", person).tolist()
    decade = np.clip(born_year // 10 * 10, _DECADES[0], _DECADES[-1]).tolist()
    rows = zip(surname, way, one, two, decade, woman.tolist(), strict=True)
    return [_name(*row) for row in rows]


def _name(surname: int, way: int, one: int, two: int, decade: int, woman: int) -> str:
    if way < 8:  # noqa: PLR2004 - of ten thousand
        far = _FAR.split()
        return far[one % len(far)]
    return SURNAMES[surname] + _given(way, one, two, decade, woman)


def _given(way: int, one: int, two: int, decade: int, woman: int) -> str:
    if way < 60:  # noqa: PLR2004
        rare = _RARE.split()
        first = _FIRST[two % len(_FIRST)] if way % 2 else ""
        return first + rare[one % len(rare)]
    if way < 5_000:  # noqa: PLR2004
        known = (_WOMEN if woman else _MEN)[decade].split()
        return known[one % len(known)]
    firsts, lasts = (_MIDDLE_WOMEN, _LAST_WOMEN) if woman else (_FIRST, _LAST_MEN)
    first, last = firsts[one % len(firsts)], lasts[two % len(lasts)]
    return first + last if first != last else first

"""Districts, employers and hospitals. Pure. Made up, or so general that every city has one."""

from typing import Final, NamedTuple

from stdnum.cn import uscc

from app.demo.draw import Draw

DISTRICTS: Final = (
    *("城东区", "城西区", "城北区", "高新区"),
    *("临河县", "山前县", "南岗县", "柳林市"),
)

_BRANDS: Final = "宏恒瑞鑫盛华泰丰隆昌达兴永金安康源美众联中天大长新顺和信"
_SECOND: Final = "远达盛成泰润源丰通诚宇博科创阳光程鼎业发"
_TRADES: Final = (
    # weight, USCC's first two characters, name with the brand for {}
    (14, "91", "{}机械制造有限公司"),
    (10, "91", "{}钢结构工程有限公司"),
    (8, "91", "{}纺织有限公司"),
    (8, "91", "{}食品有限公司"),
    (8, "91", "{}商贸有限公司"),
    (7, "91", "{}建筑安装工程有限公司"),
    (6, "91", "{}物流有限公司"),
    (6, "91", "{}物业服务有限公司"),
    (5, "91", "{}医药连锁有限公司"),
    (5, "91", "{}电子科技有限公司"),
    (4, "91", "{}新材料有限公司"),
    (4, "91", "{}供热有限责任公司"),
    (3, "91", "{}酒店管理有限公司"),
    (3, "91", "{}公共交通有限公司"),
    (6, "12", "{district}第{ordinal}中学"),
    (6, "12", "{district}第{ordinal}小学"),
    (5, "12", "{district}第{ordinal}幼儿园"),
    (4, "12", "{district}卫生院第{ordinal}分院"),
    (3, "12", "{district}环境卫生服务{ordinal}所"),
    (3, "12", "{district}园林绿化{ordinal}所"),
)
_ORDINALS: Final = "一二三四五六七八九十"


class Hospital(NamedTuple):
    """`level` as the interface codes it: 03 tertiary, 02 secondary, 01 primary."""

    code: str
    name: str
    level: str
    weight: int


HOSPITALS: Final = (
    Hospital("H41059900001", "市人民医院", "03", 240),
    Hospital("H41059900002", "市第二人民医院", "03", 130),
    Hospital("H41059900003", "市中医院", "03", 110),
    Hospital("H41059900004", "市肿瘤医院", "03", 90),
    Hospital("H41059900005", "市妇幼保健院", "03", 60),
    Hospital("H41059900006", "市第五人民医院", "02", 50),
    Hospital("H41059900007", "市骨科医院", "02", 60),
    *(
        Hospital(f"H410599001{place:02d}", f"{district}人民医院", "02", 45)
        for place, district in enumerate(DISTRICTS)
    ),
    *(
        Hospital(f"H410599002{place:02d}", f"{district}社区卫生服务中心", "01", 12)
        for place, district in enumerate(DISTRICTS)
    ),
    Hospital("H41009900001", "省人民医院", "03", 50),
)


class Employer(NamedTuple):
    """A unit as it is registered; `district` is its place in DISTRICTS."""

    number: int
    uscc: str
    name: str
    district: int
    unit_percent: int


def employers(draw: Draw, count: int) -> list[Employer]:
    """So many employers, no two of one name."""
    made: list[Employer] = []
    taken: set[str] = set()
    for number in range(count):
        trade = draw.one_weighted(tuple(weight for weight, _, _ in _TRADES), "trade", number)
        district = draw.one_weighted((9, 8, 7, 8, 4, 4, 3, 5), "district", number)
        share = draw.one_weighted((50, 15, 20, 15), "unit's share", number)
        _, kind, pattern = _TRADES[trade]
        name = _name(draw, number, pattern, DISTRICTS[district], taken)
        body = f"{kind}410599{9_000_000 + number:09d}"
        code = body + uscc.calc_check_digit(body)
        made.append(Employer(number, code, name, district, (50, 100, 60, 0)[share]))
    return made


def _name(draw: Draw, number: int, pattern: str, district: str, taken: set[str]) -> str:
    for attempt in range(1_000):
        name = _try(draw, number, attempt, pattern, district)
        if name not in taken:
            taken.add(name)
            return name
    raise AssertionError(pattern)


def _try(draw: Draw, number: int, attempt: int, pattern: str, district: str) -> str:
    one = draw.one(len(_BRANDS), "brand", number, attempt)
    two = draw.one(len(_SECOND), "second of brand", number, attempt)
    if "{}" in pattern:
        return district[:2] + pattern.format(_BRANDS[one] + _SECOND[two])
    return pattern.format(district=district, ordinal=ordinal(attempt + 1))


def ordinal(number: int) -> str:
    """1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _ORDINALS[ones - 1]
    return ("" if tens == 1 else _ORDINALS[tens - 1]) + "十" + (_ORDINALS[ones - 1] if ones else "")

"""What people go to hospital for, and where. Pure. Codes as the interface has them."""

from typing import Final, NamedTuple


class Disease(NamedTuple):
    """`weight`: how often among stays, or among chronic bills."""

    code: str
    name: str
    weight: int


STAYS: Final = (
    Disease("I63.900", "脑梗死", 90),
    Disease("I25.103", "冠状动脉粥样硬化性心脏病", 80),
    Disease("J18.900", "肺炎", 80),
    Disease("M51.202", "腰椎间盘突出症", 70),
    Disease("K80.200", "胆囊结石", 60),
    Disease("E11.900", "2型糖尿病", 60),
    Disease("I10.x05", "高血压病3级", 55),
    Disease("N20.100", "输尿管结石", 50),
    Disease("K35.900", "急性阑尾炎", 45),
    Disease("E04.101", "甲状腺结节", 45),
    Disease("D25.900", "子宫平滑肌瘤", 40),
    Disease("J44.900", "慢性阻塞性肺疾病", 35),
    Disease("K63.501", "结肠息肉", 35),
    Disease("H81.100", "良性阵发性眩晕", 30),
    Disease("S82.201", "胫骨骨折", 30),
    Disease("K40.900", "腹股沟疝", 30),
    Disease("C34.900", "肺恶性肿瘤", 28),
    Disease("C50.900", "乳腺恶性肿瘤", 26),
    Disease("C16.900", "胃恶性肿瘤", 18),
    Disease("H25.900", "老年性白内障", 20),
    Disease("N18.900", "慢性肾脏病", 18),
    Disease("I21.900", "急性心肌梗死", 14),
)
CHRONIC: Final = (
    Disease("M03900", "高血压", 340),
    Disease("M01600", "糖尿病", 260),
    Disease("M04600", "冠心病", 150),
    Disease("M04800", "脑血管病后遗症", 80),
    Disease("M05300", "慢性阻塞性肺疾病", 50),
    Disease("M07600", "类风湿性关节炎", 50),
    Disease("M00500", "恶性肿瘤门诊治疗", 40),
    Disease("M07800", "慢性肾功能不全", 30),
)
INJURY: Final = Disease("S06.000", "脑震荡", 1)
STAY_TYPES: Final = (("21", 880), ("24", 50), ("26", 40), ("28", 30))
CHRONIC_TYPES: Final = (("14", 850), ("140104", 150))
OUT_OF_AREA: Final = "25"
NOT_PAID_TYPES: Final = ("11", "41", "51", "13")

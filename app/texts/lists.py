"""What the lists of officers refuse."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "ViewNameMissing": Words(
        "请给视图起个名称，不超过 %(longest)d 个字。",
        "Give the view a name of at most %(longest)d characters.",
    ),
    "TooManyViews": Words(
        "最多保存 %(most)d 个视图。请先删除不用的。",
        "At most %(most)d views are kept. Remove one first.",
    ),
}

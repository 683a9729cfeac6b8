"""Why a file could not be read or written, in the reader's language: the system says it in English.

The key is the error's name, which is the same on every system, or one of ours; what has no words
here keeps its name.
"""

import errno
import os
from typing import Final, NamedTuple


class Cause(NamedTuple):
    """Part of a sentence in both languages: "the file cannot be read: ..."."""

    zh: str
    en: str


CAUSES: Final = {
    "ENOENT": Cause("没有这个文件或文件夹", "there is no such file or folder"),
    "EACCES": Cause("没有权限", "permission is denied"),
    "EPERM": Cause("系统不允许", "the system does not permit it"),
    "EISDIR": Cause("这是文件夹，不是文件", "it is a folder"),
    "ENOTDIR": Cause("路径中有一段不是文件夹", "part of the path is no folder"),
    "EEXIST": Cause("已有同名的文件", "there is one of that name"),
    "ENOSPC": Cause("磁盘空间不足", "no space is left on the disk"),
    "EDQUOT": Cause("超出了磁盘配额", "the disk quota is used up"),
    "EFBIG": Cause("文件超出系统允许的大小", "the file is larger than the system allows"),
    "EROFS": Cause("磁盘是只读的", "the disk is read-only"),
    "EIO": Cause("磁盘读写出错", "the disk could not be read or written"),
    "ENAMETOOLONG": Cause("文件名太长", "the name is too long"),
    "EILSEQ": Cause("磁盘不接受这样的文件名", "the disk does not take such a name"),
    "ELOOP": Cause("链接太多或互相指向", "too many links follow each other"),
    "EMFILE": Cause("打开的文件太多", "too many files are open"),
    "ENFILE": Cause("系统打开的文件太多", "too many files are open on this system"),
    "ENOMEM": Cause("内存不足", "there is not enough memory"),
    "EBUSY": Cause("文件正在使用", "it is in use"),
    "ETXTBSY": Cause("文件正在运行", "it is a program that runs"),
    "EXDEV": Cause("不在同一个磁盘上", "it lies on another disk"),
    "ENXIO": Cause("没有这个设备", "there is no such device"),
    "ENODEV": Cause("没有这个设备", "there is no such device"),
    "ESTALE": Cause("网络磁盘已断开", "the network disk is gone"),
    "ETIMEDOUT": Cause("网络磁盘没有应答", "the network disk does not answer"),
    "NotAName": Cause("这不是文件名", "this is no file's name"),
    "NotPlain": Cause("不是普通文件", "it is no plain file"),
}


def cause_said(cause: str, lang: str) -> str:
    """The cause as part of a sentence."""
    if found := CAUSES.get(cause):
        return found.en if lang == "en" else found.zh
    return f"the system's error {cause}" if lang == "en" else f"系统错误 {cause}"


def cause_in_chinese(said: str) -> str | None:
    """The same of what the system has said, English; None where it is nothing of the kind."""
    for number, name in errno.errorcode.items():
        if os.strerror(number) == said:
            return cause_said(name, "zh")
    return None

"""Words for photos and papers that are not taken, and what to do instead."""

from typing import Final

from app.texts import Words

WORDS: Final = {
    "PaperEmpty": Words("文件是空的，请重新选择。", "The file is empty. Choose it again."),
    "PaperTooBig": Words(
        "文件超过 %(limit)s。请重新拍照，或在手机里压缩后再上传。",
        "The file is larger than %(limit)s. Take the photo again, or make it smaller first.",
    ),
    "PaperUnknown": Words(
        "只能上传照片（JPEG、PNG、WebP、HEIC）或 PDF，这个文件不是。请对着材料拍照后上传。",
        "Only photos (JPEG, PNG, WebP, HEIC) and PDF are taken; this file is neither. Take a photo"
        " of the paper and send that.",
    ),
    "PaperIsOfd": Words(
        "这是 OFD 格式的电子发票。请用开票平台另存为 PDF，或打开后截图再上传。",
        "This is an electronic invoice in the OFD format. Save it as PDF where you got it, or open"
        " it and send a screenshot.",
    ),
    "PaperTooManyPixels": Words(
        "图片太大（%(width)d×%(height)d，最多 %(limit)d00 万像素）。"
        "请调低相机分辨率重拍，或截图后上传。",
        "The picture is too large (%(width)d×%(height)d; at most %(limit)d million pixels). Take it"
        " again at a lower resolution, or send a screenshot.",
    ),
    "PaperTooSmall": Words(
        "图片太小（%(width)d×%(height)d），看不清内容。请重新拍照。",
        "The picture is too small (%(width)d×%(height)d) to read. Take the photo again.",
    ),
    "PaperBroken": Words(
        "文件不完整或已损坏，打不开。请重新拍照，或重新导出后再上传。",
        "The file is cut short or damaged and cannot be opened. Take the photo again, or export the"
        " file anew.",
    ),
    "PaperTooHeavy": Words(
        "这个文件打开时占用太多，系统已停止处理。请对着材料拍照后上传。",
        "Opening this file takes more than one paper may; it was stopped. Take a photo of the paper"
        " and send that.",
    ),
    "PdfLocked": Words(
        "这个 PDF 有密码。请去掉密码后再上传，或对着材料拍照。",
        "This PDF is locked with a password. Unlock it first, or take a photo of the paper.",
    ),
    "PdfTooLong": Words(
        "这个 PDF 有 %(pages)d 页，最多 %(most)d 页。请只上传需要的几页。",
        "This PDF has %(pages)d pages; at most %(most)d are taken. Send only those that"
        " are needed.",
    ),
    "TooManyPapers": Words(
        "一笔申请最多 %(most)d 张材料，没有再加。",
        "A claim takes at most %(most)d papers; nothing was added.",
    ),
    "PapersTooBig": Words(
        "一笔申请的材料合计最多 %(limit)s，没有再加。",
        "The papers of a claim take at most %(limit)s together; nothing was added.",
    ),
    "TooManyToday": Words(
        "一个账号 24 小时内最多上传 %(most)d 张材料，请明天再传。",
        "An account can send at most %(most)d papers in 24 hours. Send the rest tomorrow.",
    ),
    "NoSuchPaper": Words(
        "没有这张材料，或它已在申请里，不能去掉。",
        "There is no such paper, or it is on a claim and stays there.",
    ),
    "StorageDown": Words(
        "暂时不能保存或读取材料，什么都没有写入。请过几分钟再试。",
        "Papers cannot be stored or read just now; nothing was written. Try again in a few"
        " minutes.",
    ),
    "PaperLost": Words(
        "这张材料的文件找不到了，或已损坏。请联系系统维护人员。",
        "The file of this paper cannot be found, or is damaged. Tell your system's maintainers.",
    ),
    "PaperErased": Words(
        "这张材料已随本人的个人信息一并删除（两名经办人办理，见“删除个人信息”），只留下它的摘要。",
        "This paper was erased with all that was personal of the member, by two officers; only its"
        " digest is left.",
    ),
}

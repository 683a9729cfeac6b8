"""Why a photo or a paper is not taken; each says what to do instead (`app.texts.attachments`)."""

from app.errors import FileFault, Refusal


class PaperEmpty(FileFault):
    """There is nothing in the file."""


class PaperTooBig(FileFault):
    """More bytes than are taken (facts: limit)."""


class PaperUnknown(FileFault):
    """Neither a photo of the usual kinds nor a PDF, whatever its name says."""


class PaperIsOfd(FileFault):
    """An electronic invoice in the OFD format."""


class PaperTooManyPixels(FileFault):
    """A picture larger than any camera makes (facts: width, height, limit)."""


class PaperTooSmall(FileFault):
    """Too small to read anything on it (facts: width, height)."""


class PaperBroken(FileFault):
    """Cut short, or not as its format wants it."""


class PaperTooHeavy(FileFault):
    """Reading it takes more memory or time than one paper may."""


class PdfLocked(FileFault):
    """The PDF is encrypted."""


class PdfTooLong(FileFault):
    """More pages than are taken (facts: pages, most)."""


class TooManyPapers(Refusal):
    """A claim, or what waits for one, has as many papers as it may (facts: most)."""


class PapersTooBig(Refusal):
    """A claim's papers take as much room as they may (facts: limit)."""


class TooManyToday(Refusal):
    """An account has had as many papers kept in a day as it may (facts: most)."""


class NoSuchPaper(Refusal):
    """There is no such paper of this member, or it is on a claim and stays."""


class StorageDown(Refusal):
    """Papers cannot be stored or read just now."""


class PaperLost(Refusal):
    """The storage does not have what was put there, or something else."""


class PaperErased(PaperLost):
    """Two officers had all that is personal of its member erased."""

"""Why a table file cannot be read as a whole; what text can do wrong is in `text` and `rows`."""

from app.errors import FileFault


class FileEmpty(FileFault):
    """There is nothing in the file."""


class FileTooBig(FileFault):
    """More bytes, rows or cells than are read (facts: limit)."""


class FileIsWebPage(FileFault):
    """HTML or XML under another name, as some systems export it."""


class WorkbookOld(FileFault):
    """The .xls format of before 2007."""


class WorkbookOther(FileFault):
    """A workbook or archive that is not .xlsx."""


class WorkbookBinary(WorkbookOther):
    """The .xlsb format."""


class FileIsOpenDocument(WorkbookOther):
    """A spreadsheet of LibreOffice (.ods)."""


class FileIsNumbers(WorkbookOther):
    """A spreadsheet of Apple's Numbers."""


class FileIsDocument(WorkbookOther):
    """A text document: Word, WPS or the like."""


class FileIsPdf(FileFault):
    """A PDF document."""


class FileIsPicture(FileFault):
    """A photograph or a scan."""


class FileIsArchive(WorkbookOther):
    """Files packed together."""


class WorkbookEncrypted(FileFault):
    """Locked with a password."""


class WorkbookMacros(FileFault):
    """It carries a program."""


class WorkbookBroken(FileFault):
    """Cut short, or not as the format wants it."""


class WorkbookUnsafe(FileFault):
    """Built to harm whoever opens it: doubled or climbing names, entities."""


class WorkbookTooBig(FileFault):
    """It unpacks to more than is read, or takes more memory or time than one file may."""

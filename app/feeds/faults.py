"""What refuses a file of settlements as a whole, or stops its reading."""

from app.errors import FileFault


class PackedUnsafe(FileFault):
    """An archive that was built to do harm, or is none of settlements."""


class PackedBroken(FileFault):
    """An archive that is cut off, or whose checksums are wrong."""


class PackedLocked(FileFault):
    """An archive with a password."""


class PackedEmpty(FileFault):
    """An archive or a directory without a file of settlements."""


class TwoEncodings(FileFault):
    """From this line on the file goes on in another encoding."""


class CutOff(FileFault):
    """The last row is not whole."""


class ReaderStopped(FileFault):
    """The process that reads the file came to its limits."""


class BegunAnew(FileFault):
    """A pull that was interrupted and then begun again from its first page, as another feed."""

"""Invented photos and papers, good and hostile, as small generators."""

import io
import struct
import zlib
from collections.abc import Callable

import pillow_heif
from fpdf import FPDF
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()


def sheet(width: int = 600, height: int = 400, mark: str = "1") -> Image.Image:
    """White paper with something dark in its upper left corner, and a mark of its own."""
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width // 4, height // 4), fill="black")
    draw.text((width // 2, height // 2), mark, fill="blue")
    return picture


def written(picture: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def photo(mark: str = "1", **how: object) -> bytes:
    return written(sheet(mark=mark), "JPEG", **how)


def photo_with_exif(orientation: int, kind: str = "JPEG") -> bytes:
    """As a phone writes it: how it was held, where, with what."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Canary Phone"
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 6.0, 0.0), 3: "E", 4: (114.0, 20.0, 0.0)})
    return written(sheet(), kind, exif=exif.tobytes(), comment=b"canary comment")


def pdf(pages: int = 2, *, password: str = "", script: str = "") -> bytes:
    made = FPDF()
    for page in range(pages):
        made.add_page()
        made.image(sheet(mark=str(page)), 10, 10, 100)
    if script:
        made.embed_file(bytes=b"x", basename="x.exe", desc=script)
    if password:
        made.set_encryption(owner_password="owner", user_password=password)
    return bytes(made.output())


def pdf_with_script() -> bytes:
    """A PDF that would run something when it is opened."""
    action = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /Type /Catalog"
    return pdf(1).replace(b"/Type /Catalog", action, 1)


def pdf_without_its_font() -> bytes:
    """A page that names a Chinese font and does not carry it, as invoices do."""
    words = "发票号码".encode("utf-16-be").hex()
    shown = f"BT /F1 48 Tf 20 30 Td <{words}> Tj ET"
    kind = "/Type /Font /BaseFont /STSong-Light"
    parts = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 240 100] /Contents 4 0 R"
            " /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
        f"<< {kind} /Subtype /Type0 /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        (
            f"<< {kind} /Subtype /CIDFontType0 /FontDescriptor 7 0 R /CIDSystemInfo"
            " << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>"
        ),
        (
            "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /StemV 93 /ItalicAngle 0"
            " /FontBBox [-25 -254 1000 880] /Ascent 880 /Descent -120 /CapHeight 880 >>"
        ),
    )
    numbered = (f"{number} 0 obj\n{part}\nendobj" for number, part in enumerate(parts, 1))
    return "\n".join(("%PDF-1.4", *numbered, "trailer << /Root 1 0 R >>", "")).encode()


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and is a bomb as far as it goes."""
    rows = zlib.compress(bytes(width + 1) * min(height, 500), 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


def moving(kind: str, frames: int) -> bytes:
    first, *rest = [Image.new("P", (40, 40), number % 250) for number in range(frames)]
    return written(first, kind, save_all=True, append_images=rest, duration=1)


GOOD: dict[str, Callable[[], bytes]] = {
    "JPEG": photo,
    "PNG": lambda: written(sheet(), "PNG"),
    "PNG with holes": lambda: written(sheet().convert("RGBA"), "PNG"),
    "16-bit PNG": lambda: written(Image.new("I;16", (300, 200), 65_535), "PNG"),
    "WebP": lambda: written(sheet(), "WEBP"),
    "HEIC": lambda: written(sheet(), "HEIF"),
    "CMYK": lambda: written(sheet().convert("CMYK"), "JPEG"),
    "PDF": lambda: pdf(1),
    "PDF with a script": pdf_with_script,
    "JPEG and ZIP": lambda: photo() + b"PK\x03\x04canary" * 50,
}
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "52 SVG": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PaperUnknown"),
    "53 HTML": (lambda: b"<!doctype html><script>alert(1)</script>", "PaperUnknown"),
    "55 PNG of 50,000²": (lambda: png_of(50_000, 50_000), "PaperTooManyPixels"),
    "56 PNG of 12,000²": (lambda: png_of(12_000, 12_000), "PaperTooManyPixels"),
    "57 GIF of 10,000 frames": (lambda: moving("GIF", 10_000), "PaperUnknown"),
    "58 JPEG cut short": (lambda: photo(quality=95)[:3_000], "PaperBroken"),
    "60 EPS": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PaperUnknown"),
    "60 TIFF": (lambda: written(sheet(), "TIFF"), "PaperUnknown"),
    "62 locked PDF": (lambda: pdf(1, password="secret"), "PdfLocked"),
    "65 empty": (lambda: b"", "PaperEmpty"),
    "65 blank": (lambda: b"\r\n \0", "PaperEmpty"),
    "66 21 MB": (lambda: photo() + bytes(20_500_000), "PaperTooBig"),
    "67 EICAR": (
        lambda: rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
        "PaperUnknown",
    ),
    "an OFD invoice": (lambda: b"PK\x03\x04" + bytes(20) + b"OFD.xml", "PaperIsOfd"),
    "11 pages": (lambda: pdf(11), "PdfTooLong"),
    "a dot": (lambda: written(Image.new("RGB", (9, 9)), "PNG"), "PaperTooSmall"),
    "PNG's beginning": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "PaperBroken"),
    "HEIC's beginning": (lambda: b"\0\0\0\x18ftypheic" + bytes(100), "PaperBroken"),
    "PDF's beginning": (lambda: b"%PDF-1.7\n" + bytes(100), "PaperBroken"),
}

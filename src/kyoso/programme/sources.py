"""A published text as it comes: the bytes of a text file or a PDF, as one string.

Text files are UTF-8, UTF-16 or the Japanese code page 932 (Windows). Pages of a PDF are
separated by form feeds, as text extractors do.
"""

from __future__ import annotations

import codecs
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from kyoso.core.errors import InputRefusedError, Problem, Problems, UsageError
from kyoso.core.text import Text

if TYPE_CHECKING:
    import pypdfium2

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PDF = b"%PDF-"
_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\v\f\r\x1a")

_PDFIUM = threading.Lock()
"""PDFium keeps state of its own and must not be entered twice at a time."""


def text_of(path: Path) -> str:
    """The text of a ``.txt`` or ``.pdf`` file, told apart by content.

    Raises :class:`UsageError` where there is no file, :class:`InputRefusedError` for one that
    is empty or not readable as text.
    """
    content = bytes_of(path)
    text = _of_pdf(content, path.name) if is_pdf(path) else _decoded(content)
    if text is None:
        raise refused(
            path.name,
            Text("this is not a text file or a PDF", "テキストファイルでもPDFでもありません"),
            Text(
                "save the document as PDF, or as text in UTF-8",
                "文書をPDF、またはUTF-8のテキストとして保存してください",
            ),
        )
    if not text.strip():
        raise refused(
            path.name,
            Text("there is no text in this file", "ファイルに文字がありません"),
            Text(
                "a scanned PDF needs text recognition first",
                "画像のみのPDFは、先に文字認識をしてください",
            ),
        )
    return text


def is_pdf(path: Path) -> bool:
    """Whether a file begins as PDF files do, whatever its name."""
    with path.open("rb") as stream:
        return stream.read(len(_PDF)) == _PDF


def bytes_of(path: Path) -> bytes:
    """The content of a file. Raises :class:`UsageError` where there is none to read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        message = Text("there is no such file", "ファイルがありません")
    except IsADirectoryError:
        message = Text("this is a folder", "フォルダーです")
    except PermissionError:
        message = Text("this file may not be read", "ファイルを読む権限がありません")
    hint = Text("give the path of a .txt or .pdf file", ".txtまたは.pdfのパスを指定してください")
    raise UsageError(message, where=str(path), hint=hint)


def refused(name: str, message: Text, hint: Text) -> InputRefusedError:
    """The refusal of the file ``name`` as a whole."""
    problems = Problems()
    problems.add(Problem(table=name, message=message, hint=hint))
    return InputRefusedError(problems)


def _decoded(content: bytes) -> str | None:
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _CONTROLS & set(text) else text
    return None


def _encodings(content: bytes) -> list[str]:
    marked = [encoding for mark, encoding in _MARKS if content.startswith(mark)]
    if marked:
        return marked
    if b"\0" in content:
        # Line feeds and Latin letters leave one byte of two empty: the second or the first.
        second_empty = content[1::2].count(0) > content[0::2].count(0)
        return ["utf-16-le" if second_empty else "utf-16-be"]
    return ["utf-8", "cp932"]


def _of_pdf(content: bytes, name: str) -> str:
    import pypdfium2

    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(content)
            try:
                pages = [_page_text(page) for page in document]
            finally:
                document.close()
        except pypdfium2.PdfiumError as error:
            raise refused(
                name,
                Text("this PDF cannot be opened", "PDFを開けません"),
                Text(
                    "save it again without a password",
                    "パスワードを付けずに保存し直してください",
                ),
            ) from error
    # A form feed opens a page, so every page but the first begins with one.
    return "\n\f".join(page.replace("\r\n", "\n") for page in pages)


def _page_text(page: pypdfium2.PdfPage) -> str:
    words = page.get_textpage()
    try:
        return str(words.get_text_range())
    finally:
        words.close()
        page.close()

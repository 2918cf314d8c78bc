"""Page numbers on a finished PDF, counted on what is really there."""

import io

from reportlab.pdfbase.pdfmetrics import stringWidth

from odoo.tools.pdf import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    PdfFileReader,
    PdfFileWriter,
)

# One of the fonts that every reader has, and what it can write.
FONT = "Helvetica"
CHARSET = "cp1252"
SIZE = 7.5
# From the top and the right edge, in points: where the page header leaves room.
TOP = 25
RIGHT = 38.3


def number_pages(content, label):
    """Write a number on each page, at the top right.

    It stands beside the page's own content instead of being merged with it, which would
    unpack that. Bookmarks stay.

    :param bytes content: a PDF
    :param label: takes the number of a page and how many there are, gives the text
    :returns: the PDF as bytes
    """
    writer = PdfFileWriter()
    writer.cloneReaderDocumentRoot(PdfFileReader(io.BytesIO(content), strict=False))
    font = writer._addObject(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject(f"/{FONT}"),
                NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
            }
        )
    )
    count = writer.getNumPages()
    for index in range(count):
        page = writer.getPage(index)
        resources = page["/Resources"]
        if "/Font" not in resources:
            resources[NameObject("/Font")] = DictionaryObject()
        resources["/Font"][NameObject("/PageNumber")] = font
        own = page.raw_get("/Contents")
        own = own.getObject() if isinstance(own.getObject(), ArrayObject) else [own]
        text = _text(page.mediaBox, label(index + 1, count))
        # The page may leave its own coordinates behind: they are put away.
        page[NameObject("/Contents")] = ArrayObject(
            [_stream(writer, "q"), *own, _stream(writer, f"Q q {text} Q")]
        )
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


def _text(box, text):
    left = float(box.getWidth()) - RIGHT - stringWidth(text, FONT, SIZE)
    bottom = float(box.getHeight()) - TOP
    text = text.translate({ord(mark): f"\\{mark}" for mark in "\\()"})
    return f"BT /PageNumber {SIZE} Tf {left:.2f} {bottom:.2f} Td ({text}) Tj ET"


def _stream(writer, text):
    stream = DecodedStreamObject()
    stream.setData(text.encode(CHARSET))
    return writer._addObject(stream)

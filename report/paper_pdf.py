"""A paper as a PDF: lays its values out for the template, which only loops."""

from .paper import MISSING, Fields, Signatures, Table, Text
from .paper_frame import get_missing_table
from .paper_sums import Summing

# Nobody reads more rows on paper than a `Table` may have there (`most`): they are summed, if it says how,
# else the first ones are shown as an example. The spreadsheet has all.
EXAMPLE = 100
# More rows are set faster, less finely.
LONG = 500
# Letters that a page is wide, those of the longest word that is not torn, and of the edges of a cell.
LINE, WORD, EDGES = 172, 16, 2.2
# Rows that are looked at for it.
LOOKED_AT = 50
TEMPLATE = "lot_genealogy.report_lot_paper"


def render_pdf(env, document, frame):
    """The PDF as bytes."""
    report = env.ref("lot_genealogy.lot_paper_report").sudo().with_context(lot_paper_lang=document.words.lang)
    values = {
        "frame": frame,
        "words": document.words,
        "question": document.words.question,
        "company": document.paper.company,
        "sections": [_lay_out(frame, built) for built in _get_sections(document)],
        "is_missing": lambda value: value is MISSING,
        "data": {"report_type": "pdf"},
        "env": env,
    }
    html = report._render_template(TEMPLATE, values)
    bodies, _ids, header, footer, paper = report._prepare_html(html, report_model=False)
    return report._run_wkhtmltopdf(
        bodies, report_ref=report.report_name, header=header, footer=footer, specific_paperformat_args=paper
    )


def _get_sections(document):
    for built in document.sections:
        if "pdf" not in built.section.on:
            continue
        if isinstance(built.section, Table) and built.section.sums and len(built.rows) > built.section.most:
            yield from Summing(document.words, built).get_sections()
        else:
            yield built
    if document.missing:
        yield get_missing_table(document)


def _lay_out(frame, built):
    """A section as the template takes it."""
    section = built.section
    found = {"title": built.title, "kind": type(section).__name__.lower()}
    if isinstance(section, Text):
        found["body"] = section.body
    elif isinstance(section, Fields):
        found["fields"] = [
            (frame.words.say(field.label), frame.format(value, field), field.need and field.need.paragraph)
            for field, (value,) in zip(section.fields, built.rows, strict=True)
        ]
    elif isinstance(section, Signatures):
        found["roles"] = [frame.words.say(role) for role in section.roles]
    elif isinstance(section, Table):
        found.update(_lay_out_table(frame, section, built.rows))
    return found


def _lay_out_table(frame, table, rows):
    words = frame.words
    groups = {}
    for number, column in enumerate(table.columns):
        if column.group is not False:
            title = words.say(column.group or column.title)
            groups.setdefault(title, []).append((number, column))
    # A unit needs little, a name with an address much.
    weights = [max(min(column.width, 34) for _number, column in group) for group in groups.values()]
    shown = rows if len(rows) <= table.most else rows[:EXAMPLE]
    long = len(shown) > LONG
    cells = [[_get_cell(frame, group, row, long) for group in groups.values()] for row in shown]
    letters = [
        _find_longest([title, *(row[at] for row in cells[:LOOKED_AT])], words.missing())
        for at, title in enumerate(groups)
    ]
    return {
        "note": words.say(table.note),
        "columns": [
            {
                "title": title,
                "number": all(column.kind == "number" for _number, column in group),
                "width": f"{width:.1f}%",
            }
            for (title, group), width in zip(groups.items(), _get_widths(weights, letters), strict=True)
        ],
        "rows": cells,
        "long": long,
        "more": words.env._(
            "… and %(count)s more: see the spreadsheet of this paper, which has all rows.",
            count=words.integer(len(rows) - len(shown)),
        )
        if len(rows) > len(shown)
        else "",
        "empty": "" if rows else words.env._("None."),
    }


def _find_longest(cells, missing):
    """Letters of the longest word in cells, as far as it should not be torn; `missing` stands in a frame."""
    lines = []
    for cell in cells:
        lines += [cell] if isinstance(cell, str) else [f"{missing}..", *(title for title, _value in cell)]
    return min(max((len(word) for line in lines for word in line.split()), default=0), WORD)


def _get_widths(weights, letters):
    """Percent of the page for each column: by weight, but none narrower than its longest word."""
    least = [100.0 * (count + EDGES) / LINE for count in letters]
    if sum(least) >= 100.0:
        return [100.0 * one / sum(least) for one in least]
    narrow = set()
    while True:
        rest = 100.0 - sum(least[at] for at in narrow)
        free = sum(weight for at, weight in enumerate(weights) if at not in narrow)
        widths = [least[at] if at in narrow else rest * weight / free for at, weight in enumerate(weights)]
        more = {at for at, width in enumerate(widths) if width < least[at] - 1e-9}
        if not more:
            return widths
        narrow |= more


def _get_cell(frame, group, row, long):
    """A cell's text; where something is missing, its lines: ``(title or "", text or MISSING)``."""
    lines = _get_lines(frame, group, row)
    if any(value is MISSING for _title, value in lines):
        return lines
    # In one line a thousand customers take 31 pages, not 130.
    return (", " if long else "\n").join(f"{title}: {value}" if title else value for title, value in lines)


def _get_lines(frame, group, row):
    lines = []
    for number, column in group:
        value = frame.format(row[number], column)
        if value is MISSING:
            lines.append((frame.words.say(column.title), value))
        elif value and column.joined and lines and lines[-1][1] is not MISSING:
            title, before = lines[-1]
            lines[-1] = (title, f"{before} {value}")
        elif value:
            lines.append((frame.words.say(column.title) if column.named else "", value))
    return lines

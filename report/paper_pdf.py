"""A paper as a PDF: lays its values out for the template, which only loops."""

from .paper import MISSING, Fields, Signatures, Table, Text
from .paper_frame import get_missing_table

# Rows that a printed list has at most. Of a longer one, which nobody reads on paper, it has the first ones as
# an example: the spreadsheet has all.
MAX_ROWS, EXAMPLE = 500, 100
TEMPLATE = "lot_genealogy.report_lot_paper"


def render_pdf(env, document, frame):
    """The PDF as bytes."""
    report = env.ref("lot_genealogy.lot_paper_report").sudo()
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
        if "pdf" in built.section.on:
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
    shown = rows if len(rows) <= MAX_ROWS else rows[:EXAMPLE]
    return {
        "note": words.say(table.note),
        "columns": [
            {
                "title": title,
                "number": all(column.kind == "number" for _number, column in group),
                "width": f"{100 * weight / sum(weights):.1f}%",
            }
            for (title, group), weight in zip(groups.items(), weights, strict=True)
        ],
        "rows": [[_get_lines(frame, group, row) for group in groups.values()] for row in shown],
        "more": words.env._(
            "… and %(count)s more: see the spreadsheet of this paper, which has all rows.",
            count=words.integer(len(rows) - len(shown)),
        )
        if len(rows) > len(shown)
        else "",
        "empty": "" if rows else words.env._("None."),
    }


def _get_lines(frame, group, row):
    """The lines of a shared cell: ``(title or "", text or MISSING)``."""
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

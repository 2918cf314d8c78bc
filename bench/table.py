"""The table that the bench prints: what, value, goal, met."""


class Table:
    def __init__(self):
        self.rows = []

    def title(self, text):
        self.rows.append((text,))

    def add(self, what, value, goal="", met=None):
        """One line; `met` is None where there is no goal."""
        self.rows.append((what, value, goal, {True: "yes", False: "NO"}.get(met, "")))

    def add_limit(self, what, value, limit, form):
        """One line with a goal: to be below `limit`."""
        self.add(what, form(value), f"< {form(limit)}", value < limit)

    def render(self):
        head = ("what", "value", "goal", "met")
        cells = [row for row in (head, *self.rows) if len(row) == 4]
        widths = [max(len(row[at]) for row in cells) for at in range(4)]
        lines = []
        for row in (head, *self.rows):
            if len(row) == 1:
                lines += ["", row[0]]
                continue
            what, value, goal, met = row
            line = f"  {what:<{widths[0]}}  {value:>{widths[1]}}  "
            lines.append(f"{line}{goal:>{widths[2]}}  {met}".rstrip())
        return "\n".join(lines)


def seconds(value):
    if value < 0.0995:
        return f"{value * 1000:.1f} ms"
    return f"{value * 1000:.0f} ms" if value < 0.9995 else f"{value:.2f} s"


def number(value):
    return f"{value:,.0f}"


def megabytes(value):
    return f"{value / 1e6:,.0f} MB"


def percent(value):
    return f"{value * 100:+.1f} %"

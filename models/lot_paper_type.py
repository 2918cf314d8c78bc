"""A kind of paper that can be made of a trace or of a recall: a record and a class of its code.

What stands in it is written in report/papers/ (contract: report/paper.py); the record says how it
is called, which paragraph asks for it, in which forms and language it is made, and for what.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..report.paper import PAPERS
from ..report.paper_words import LANGUAGES

FOOD = ("food", "feed", "supplement")


class LotPaperType(models.Model):
    _name = "lot.paper.type"
    _description = "Kind of paper"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Names the class that says what stands in it.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    authority = fields.Char(help="Who asks for it.")
    source = fields.Char(required=True, help="The paragraph that asks for the data.")
    description = fields.Text(translate=True, help="What is in it, and what it does not say.")
    form = fields.Selection(
        [("pdf", "PDF"), ("xlsx", "Spreadsheet"), ("both", "PDF and spreadsheet")],
        required=True,
        default="both",
    )
    subject = fields.Selection(
        [
            ("trace", "A trace or a recall"),
            ("recall", "A recall or a drill"),
            ("drill", "A drill"),
            ("register", "Many recalls"),
        ],
        string="Made of",
        required=True,
        default="trace",
    )
    lang = fields.Selection(
        LANGUAGES, string="Language", help="Always in this language. Empty: the one that is chosen."
    )
    direction = fields.Selection(
        [("backward", "Made from"), ("forward", "Went to"), ("both", "Both"), ("none", "None")],
        string="Needs",
        required=True,
        default="both",
        help="Which directions of the trace are in it: it is asked so, whatever the screen showed.",
    )
    asks_reason = fields.Boolean(help="The reason and the measures taken are printed.")
    asks_filters = fields.Boolean(help="It can be limited to products, dates and lot codes.")
    asks_date = fields.Boolean(help="It says how things stood on a day.")
    made_for = fields.Selection(
        [
            ("request", "No case: on request"),
            ("real", "Real cases"),
            ("drill", "Drills"),
            ("all", "Real cases and drills"),
        ],
        string="Proposed for",
        required=True,
        default="request",
        help="It is proposed for new cases, and made by itself of each version of their scope. A case can "
        "have others.",
    )
    food_only = fields.Boolean(string="Food only", help="Proposed for food, feed and food supplements only.")
    country_ids = fields.Many2many(
        "res.country",
        string="Companies in",
        help="Proposed for companies in these countries only. Empty: in all.",
    )
    text_code = fields.Char(
        string="Authority text", help="Code of the text that is printed, in the version valid on the day."
    )

    _code_uniq = models.Constraint("UNIQUE (code)", "There is one kind of paper of a code.")

    @api.constrains("code")
    def _check_code(self):
        for kind in self:
            if kind.code not in PAPERS:
                raise ValidationError(
                    self.env._(
                        "No paper is known by the code %(code)s. Known are: %(known)s.",
                        code=kind.code,
                        known=", ".join(sorted(PAPERS)),
                    )
                )

    def _suits(self, recall):
        """Whether it is proposed for a case."""
        self.ensure_one()
        countries = self.country_ids
        return (
            self.made_for in ("all", "drill" if recall.is_drill else "real")
            and (not self.food_only or recall.product_kind in FOOD)
            and (not countries or recall.company_id.country_id in countries)
        )

    def _get_subjects(self, recall):
        """What papers of a question, or of a case, are made of."""
        if not recall:
            return ("trace",)
        return ("trace", "recall", "drill") if recall.is_drill else ("trace", "recall")

    def _get_forms(self):
        self.ensure_one()
        return ("pdf", "xlsx") if self.form == "both" else (self.form,)

"""The report of a drill: its timings against the target, its questions, what was found lacking."""

from odoo.tools import LazyTranslate

from ..paper import Column, Field, Fields, Need, Signatures, Table, paper
from ..paper_recall import WHERE_CASE, RecallPaper

_lt = LazyTranslate(__name__)

TEST = _lt("traceability test")


@paper("recall_drill")
class RecallDrill(RecallPaper):
    title = _lt("Drill report")

    def get_sections(self):
        say = self.words.say
        yield Fields(
            _lt("Result"),
            [
                Field(_lt("Result"), self.case["result"], Need(say(TEST), WHERE_CASE)),
                Field(_lt("Why"), self.case["result_text"]),
                Field(_lt("Target"), self.case["target_id"], Need(say(TEST), WHERE_CASE)),
                Field(_lt("Scenario"), self.case["reason"], Need(say(TEST), WHERE_CASE)),
                Field(_lt("Direction"), self.words.direction()),
                Field(
                    _lt("Scenario handed out"), self.case["doubt_at"], Need(say(TEST), WHERE_CASE), "datetime"
                ),
                Field(_lt("Closed on"), self.case["closed_at"], kind="datetime"),
                Field(_lt("Coordinator"), self.case["user_id"]),
            ],
        )
        yield self.get_milestones()
        yield self.get_percents()
        yield self.get_questions()
        yield self.get_balance()
        yield self.get_scope()
        yield self.get_measures()
        yield self.get_findings()
        yield self.get_decisions()
        yield self.get_team()
        yield Signatures(_lt("Signatures"), [_lt("Coordinator"), _lt("Quality"), _lt("Place and date")])

    def get_questions(self):
        return Table(
            _lt("Questions"),
            [
                Column(_lt("Question"), lambda row: row["name"], width=36),
                Column(_lt("Asked"), lambda row: row["asked_at"], "datetime", 18),
                Column(_lt("Answered"), lambda row: row["answered_at"], "datetime", 18),
                Column(_lt("By"), lambda row: row["answered_by_id"], width=20),
                Column(
                    _lt("Minutes"),
                    lambda row: self.round(row["minutes"]) if row["answered_at"] else None,
                    "number",
                    10,
                ),
                Column(_lt("Limit"), lambda row: row["limit_minutes"] or None, "number", 8),
                Column(_lt("Answer"), lambda row: row["answer"], width=30),
                Column(_lt("The scope says"), lambda row: row["expected"], width=30),
                Column(_lt("Judged"), lambda row: row["verdict"], width=10),
            ],
            self.case["questions"],
        )

    def get_findings(self):
        return Table(
            _lt("What was found lacking, and corrective actions"),
            [
                Column(_lt("What was lacking"), lambda row: row["name"], width=34),
                Column(_lt("Corrective action"), lambda row: row["action"], width=34),
                Column(_lt("Owner"), lambda row: row["user_id"], width=20),
                Column(_lt("Due"), lambda row: row["date_due"], "date", 12),
                Column(_lt("Done on"), lambda row: row["done_at"], "datetime", 18),
                Column(_lt("What was done"), lambda row: row["done_text"], width=30),
            ],
            self.case["findings"],
        )

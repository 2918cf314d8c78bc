"""A process of Odoo in which the jobs of a recall run: test_recall_faults.py kills it in their middle."""

from unittest.mock import patch

from faults_worker import Worker, main, pause, say

from odoo import Command, fields

MODELS = "odoo.addons.lot_genealogy.models"
PAPERS = ("eu_178_2002", "recall_dossier", "recall_lists")


class RecallWorker(Worker):
    def plant_recall(self, consignees):
        """A lot that was delivered to so many, and a case about it that has begun."""
        with self.open() as env:
            places = {
                name: env.ref(f"stock.stock_location_{name}") for name in ("suppliers", "customers", "stock")
            }
            product = env["product.product"].create(
                {"name": "Tahini", "type": "consu", "is_storable": True, "tracking": "lot"}
            )
            lot = env["stock.lot"].create({"name": "TAH-1", "product_id": product.id})
            partners = env["res.partner"].create(
                [
                    {"name": f"Shop {number}", "email": f"shop{number}@shops.example"}
                    for number in range(consignees)
                ]
            )
            self._move(env, "in", lot, places["suppliers"], places["stock"], partners[0], 100.0)
            for partner in partners:
                self._move(env, "out", lot, places["stock"], places["customers"], partner, 2.0)
            types = [env.ref(f"lot_genealogy.paper_{code}").id for code in PAPERS]
            recall = env["lot.recall"].create(
                {
                    "subject": "Salmonella",
                    "reason": "Found by the maker",
                    "hazard": "Salmonella",
                    "classification": "I",
                    "recall_depth": "retail",
                    "instructions": "Send it back.",
                    "lot_ids": [Command.set(lot.ids)],
                    "paper_type_ids": [Command.set(types)],
                }
            )
            recall._step({"state": "active", "doubt_at": fields.Datetime.now()})
            env.company.email = "plant@maker.example"
            env.cr.commit()
            say("planted", recall=recall.id)

    def _move(self, env, way, lot, source, target, partner, quantity):
        places = {"location_id": source.id, "location_dest_id": target.id}
        line = {"product_id": lot.product_id.id, "lot_id": lot.id, "quantity": quantity, **places}
        move = {
            "product_id": lot.product_id.id,
            "product_uom_qty": quantity,
            "picked": True,
            **places,
            "move_line_ids": [Command.create(line)],
        }
        picking_type = env.ref("stock.warehouse0")[f"{way}_type_id"]
        env["stock.picking"].create(
            {
                "partner_id": partner.id,
                "picking_type_id": picking_type.id,
                **places,
                "move_ids": [Command.create(move)],
            }
        ).button_validate()

    def _pause_after(self, model, name, pause_in, word):
        """Stop after that call of a method, before anything of it is committed."""
        method = getattr(self.registry[model], name)
        count = 0

        def call_and_pause(records, *arguments, **options):
            nonlocal count
            result = method(records, *arguments, **options)
            count += 1
            if count == pause_in:
                records.env.cr.flush()
                say(word, count=count)
                pause()
            return result

        return patch.object(self.registry[model], name, call_and_pause)

    def _run_job(self, name):
        with self.open() as env:
            env.ref(name).method_direct_trigger()

    # ---- the jobs -----------------------------------------------------------------------

    def freeze(self, recall, pause_in=0):
        """Freeze the scope as of a large plant, two rows at a time."""
        with (
            patch(f"{MODELS}.lot_recall_scope.AT_ONCE", -1),
            patch(f"{MODELS}.lot_recall_scope.BATCH", 2),
            self._pause_after("lot.recall.row", "_insert", pause_in, "inserted"),
        ):
            with self.open() as env:
                case = env["lot.recall"].browse(recall)
                if not case.scope_ids:
                    case.action_freeze()
                    env.cr.commit()
            self._run_job("lot_genealogy.lot_recall_cron")

    def make_papers(self, pause_in=0):
        with self._pause_after("lot.paper", "_append", pause_in, "made"):
            self._run_job("lot_genealogy.lot_paper_cron")

    def approve_notices(self, recall):
        with self.open() as env:
            case = env["lot.recall"].browse(recall)
            case.action_prepare_notices()
            case.round_ids.state = "approved"
            case.notice_ids._approve()
            env.cr.commit()

    def queue_notices(self, pause_in=0):
        with (
            patch(f"{MODELS}.lot_recall_notice.BATCH", 2),
            self._pause_after("lot.recall.notice", "_make_mails", pause_in, "queued"),
        ):
            self._run_job("lot_genealogy.lot_recall_notice_cron")

    def send_mails(self, port, pause_in=0):
        """Odoo's own queue, to a mail server on this machine."""
        with self.open() as env:
            servers = env["ir.mail_server"].search([])
            servers.active = False
            env["ir.mail_server"].create(
                {"name": "sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none"}
            )
            env.cr.commit()
        with self._pause_after("ir.mail_server", "send_email", pause_in, "sent"):
            self._run_job("mail.ir_cron_mail_scheduler_action")


if __name__ == "__main__":
    main(RecallWorker)

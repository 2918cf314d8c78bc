from . import base_partner_merge
from . import lot_expiry_list, lot_expiry_resolve
from . import lot_exposure_import
from . import lot_hold_wizard
from . import lot_paper_make
from . import lot_policy_refusal
from . import lot_recall_answer_entry, lot_recall_destroy, lot_recall_drill

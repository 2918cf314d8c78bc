from . import lot_line_correction, lot_seal_check
from . import lot_policy_refusal

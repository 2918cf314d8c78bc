from . import lot_line_correction
from . import lot_policy_refusal

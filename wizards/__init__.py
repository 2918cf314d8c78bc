from . import lot_line_correction
from . import lot_exposure_import, lot_line_correction, lot_seal_check
from . import lot_seal_check
from . import lot_policy_refusal

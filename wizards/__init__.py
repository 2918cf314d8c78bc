from . import lot_exposure_import
from . import lot_hold_wizard
from . import lot_policy_refusal

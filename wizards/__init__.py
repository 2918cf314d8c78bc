from . import lot_seal_check

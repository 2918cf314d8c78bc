from . import lot_trace_mixin

# isort: split
# What inherits the mixin comes after it.
from . import (
    append_only,
    lot_audit,
    lot_audited,
    lot_event,
    lot_history,
    lot_ledger,
    lot_operation,
    lot_operation_check,
    lot_operation_line,
    lot_operation_lots,
    lot_operation_moves,
    lot_party,
    lot_recorder,
    lot_trace,
    lot_trace_search,
    lot_verify,
    mrp_production,
    product_product,
    product_template,
    res_company,
    res_config_settings,
    stock_lot,
    stock_lot_record,
    stock_move,
    stock_move_line,
    stock_move_line_record,
    stock_picking,
    stock_quant,
)

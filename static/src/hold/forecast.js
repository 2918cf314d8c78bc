import { ForecastedDetails } from "@stock/stock_forecasted/forecasted_details";
import { ForecastedHeader } from "@stock/stock_forecasted/forecasted_header";
import { patch } from "@web/core/utils/patch";

patch(ForecastedHeader.prototype, {
    /** What is on hold of the products of the report, and not reserved. */
    get heldQty() {
        const products = Object.values(this.props.docs.product);
        return products.reduce((sum, product) => sum + (product.held_qty || 0), 0);
    },
});

patch(ForecastedDetails.prototype, {
    _freeStockCondition(line) {
        return super._freeStockCondition(line) && !line?.held;
    },
});

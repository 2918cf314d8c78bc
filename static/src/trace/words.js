import { _t } from "@web/core/l10n/translation";

/** The server's key words in the reader's language. */

export const LEDGER_KINDS = {
    receipt: _t("Receipt"),
    shipment: _t("Shipment"),
    customer_return: _t("Came back from customer"),
    supplier_return: _t("Sent back to supplier"),
    scrap: _t("Scrapped"),
    adjustment: _t("Inventory difference"),
    consumption: _t("Used"),
    output: _t("Made"),
};
export const ORIGINS = {
    received: _t("Received"),
    made: _t("Made"),
    adjusted: _t("Found in inventory"),
    returned: _t("Returned"),
};
export const ORDER_KINDS = {
    delivery: _t("Delivery"),
    production: _t("Production"),
    transfer: _t("Transfer"),
    receipt: _t("Receipt"),
    internal: _t("Internal transfer"),
    scrap: _t("Scrap"),
};

export const REACHED = {
    start: _t("asked"),
    origin: _t("all of it"),
    "re-entry": _t("in part, later"),
};

/** A word of the server in the reader's language; unknown words stay readable. */
export function wordOf(words, value) {
    if (value === null || value === undefined || value === "") {
        return "";
    }
    return value in words ? words[value].toString() : String(value).replace(/_/g, " ");
}

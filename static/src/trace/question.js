import { _t } from "@web/core/l10n/translation";

/** What a question may hold, in the words and signs of the screen. */
export const ITEM_TYPES = {
    lot: { label: _t("Lot"), icon: "fa-barcode" },
    product: { label: _t("Product"), icon: "fa-cube", dates: _t("received or made") },
    picking: { label: _t("Transfer"), icon: "fa-truck" },
    production: { label: _t("Manufacturing order"), icon: "fa-cogs" },
    purchase: { label: _t("Purchase order"), icon: "fa-shopping-basket" },
    sale: { label: _t("Sales order"), icon: "fa-file-text-o" },
    supplier: { label: _t("Supplier"), icon: "fa-industry", dates: _t("received") },
};

export const DIRECTIONS = [
    { value: "backward", label: _t("Made from"), icon: "fa-arrow-left" },
    { value: "forward", label: _t("Went to"), icon: "fa-arrow-right" },
    { value: "both", label: _t("Both"), icon: "fa-arrows-h" },
];

/** Longest list asked from the server; the spreadsheet and the PDF hold all. */
export const MAX_ROWS = 1000;

/** Longer questions stay out of the address and live in the browser's history only. */
const MAX_URL = 1500;

export const itemKey = ({ type, id }) => `${type}-${id}`;

/** The question of docs/trace.md from what stands on the screen. */
export function makeQuestion({ items, direction, conservative }) {
    return {
        items: items.map(({ type, id, date_from, date_to }) => ({
            type,
            id,
            ...(date_from && { date_from }),
            ...(date_to && { date_to }),
        })),
        direction,
        options: { conservative: Boolean(conservative) },
    };
}

/** What stands on the screen, from a question; the reverse of `makeQuestion`. */
export function readQuestion(question) {
    const known = DIRECTIONS.some(({ value }) => value === question.direction);
    return {
        items: (question.items || [])
            .filter((item) => item.type in ITEM_TYPES && item.id)
            .map((item) => ({ ...item })),
        direction: known ? question.direction : "both",
        conservative: Boolean(question.options?.conservative || question.conservative),
    };
}

/** The question as keys of the address: `trace=lot-7.product-3~2026-01-01~&direction=forward`. */
export function questionToUrl(question) {
    const trace = question.items
        .map(({ type, id, date_from, date_to }) => {
            const dates = date_from || date_to ? `~${date_from || ""}~${date_to || ""}` : "";
            return `${type}-${id}${dates}`;
        })
        .join(".");
    const fits = trace && trace.length <= MAX_URL;
    return {
        trace: fits ? trace : undefined,
        direction: fits ? question.direction : undefined,
        all: fits && question.options.conservative ? 1 : undefined,
    };
}

/** The reverse of `questionToUrl`; null where the address holds no question. */
export function questionFromUrl({ trace, direction, all }) {
    if (typeof trace !== "string" || !trace) {
        return null;
    }
    const items = trace.split(".").map((part) => {
        const [name, date_from, date_to] = part.split("~");
        const [type, id] = name.split("-");
        return {
            type,
            id: Number(id),
            ...(date_from && { date_from }),
            ...(date_to && { date_to }),
        };
    });
    return { items, direction, options: { conservative: Boolean(all) } };
}

import {
    deserializeDate,
    deserializeDateTime,
    formatDate,
    formatDateTime,
} from "@web/core/l10n/dates";
import { localization } from "@web/core/l10n/localization";
import { formatFloat } from "@web/core/utils/numbers";

/** Below this a difference is rounding, not material. */
export const ROUNDING = 1e-9;

const isMissing = (value) => value === null || value === undefined;

function trimmed(value, decimals) {
    return formatFloat(value, { digits: [16, decimals], trailingZeros: false });
}

/**
 * A quantity with at most three decimals; what is there but too small to show
 * is "<0.001", never a false zero.
 */
export function formatQuantity(value) {
    if (isMissing(value)) {
        return "";
    }
    const size = Math.abs(value);
    if (size > ROUNDING && size < 0.0005) {
        return value < 0 ? `>${trimmed(-0.001, 3)}` : `<${trimmed(0.001, 3)}`;
    }
    return trimmed(value, 3);
}

/** A quantity and its unit; the space does not break. */
export function formatMeasure(value, uom) {
    const quantity = formatQuantity(value);
    return quantity && uom ? `${quantity}\u00A0${uom}` : quantity;
}

/** What the contract calls `affected`: one quantity per unit. */
export function formatAmount(amount) {
    return (amount || []).map((part) => formatMeasure(part.quantity, part.uom)).join(" + ");
}

/** A part of one as a percentage. */
export function formatShare(share) {
    if (isMissing(share)) {
        return "";
    }
    if (share > ROUNDING && share < 0.0001) {
        return `<${trimmed(0.01, 2)}\u00A0%`;
    }
    // 99.996 % is not all of it
    const percent = share < 1 - ROUNDING ? Math.min(share * 100, 99.99) : share * 100;
    return `${trimmed(percent, 2)}\u00A0%`;
}

/** The server's day, or the day of its UTC time here. */
export function formatDay(value) {
    if (!value) {
        return "";
    }
    return formatDate(value.length > 10 ? deserializeDateTime(value) : deserializeDate(value));
}

/** The server's UTC time, in the user's time zone, to the minute. */
export function formatTime(value) {
    if (!value) {
        return "";
    }
    const format = `${localization.dateFormat} ${localization.timeFormat.replace(/[:.]ss/, "")}`;
    return formatDateTime(deserializeDateTime(value), { format });
}

/** Sums the rows' quantities per unit, largest first. */
export function sumByUnit(rows, key = "quantity") {
    const sums = new Map();
    for (const row of rows) {
        sums.set(row.uom, (sums.get(row.uom) || 0) + (row[key] || 0));
    }
    return [...sums]
        .map(([uom, quantity]) => ({ uom, quantity }))
        .filter((part) => Math.abs(part.quantity) > ROUNDING)
        .sort((a, b) => b.quantity - a.quantity);
}

/** Marks the facts of a contact that were not taken when the goods moved: LATER_LEGEND. */
export function markLater(contact) {
    return contact?.taken_later ? " †" : "";
}

/** The postal address of a frozen contact on one line. */
export function formatAddress(contact) {
    const { street, zip, city, state, country } = contact || {};
    const town = [zip, city].filter(Boolean).join(" ");
    return [street, town, state, country].filter(Boolean).join(", ");
}

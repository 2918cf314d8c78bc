import { formatAmount, formatDay, formatQuantity, formatShare, formatTime } from "./format";

/** What the cells of a list show, and what they are sorted by. */

const KINDS = {
    quantity: formatQuantity,
    amount: formatAmount,
    share: formatShare,
    day: formatDay,
    time: formatTime,
    integer: (value) => (value === null || value === undefined ? "" : String(value)),
};
export const NUMERIC = new Set(["quantity", "amount", "share", "integer"]);

export function valueOf(column, row) {
    return column.value ? column.value(row) : row[column.key];
}

/** What a cell shows: always a string, "" for what is not there. */
export function textOf(column, row) {
    if (column.text) {
        return String(column.text(row) ?? "");
    }
    const value = valueOf(column, row);
    if (column.quietZero && !value) {
        return "";
    }
    if (column.kind) {
        return KINDS[column.kind](value);
    }
    return value ? String(value) : "";
}

/** What a column is sorted by: numbers and dates as such, all else as shown. */
export function sortValueOf(column, row) {
    if (column.kind === "amount") {
        return (row[column.key] || []).reduce((sum, part) => sum + part.quantity, 0);
    }
    if (column.kind && !column.text) {
        return valueOf(column, row);
    }
    return textOf(column, row);
}

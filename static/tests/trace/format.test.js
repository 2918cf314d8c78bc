import { describe, expect, test } from "@odoo/hoot";
import { makeMockEnv } from "@web/../tests/web_test_helpers";
import {
    formatAddress,
    formatAmount,
    formatDay,
    formatMeasure,
    formatQuantity,
    formatShare,
    formatTime,
    sumByUnit,
} from "@lot_genealogy/trace/format";

describe.current.tags("headless");

test("quantities have at most three decimals, and what is there is never zero", async () => {
    await makeMockEnv();
    expect(formatQuantity(1234.5)).toBe("1,234.5");
    expect(formatQuantity(0.12349)).toBe("0.123");
    expect(formatQuantity(12)).toBe("12");
    expect(formatQuantity(0)).toBe("0");
    expect(formatQuantity(1e-12)).toBe("0");
    expect(formatQuantity(0.0002)).toBe("<0.001");
    expect(formatQuantity(-0.0002)).toBe(">-0.001");
    expect(formatQuantity(null)).toBe("");
    expect(formatQuantity(undefined)).toBe("");
});

test("a share is a percentage: neither nothing nor all by rounding", async () => {
    await makeMockEnv();
    expect(formatShare(0.0625)).toBe("6.25\u00A0%");
    expect(formatShare(0.00003)).toBe("<0.01\u00A0%");
    expect(formatShare(0.99999)).toBe("99.99\u00A0%");
    expect(formatShare(1)).toBe("100\u00A0%");
    expect(formatShare(0)).toBe("0\u00A0%");
    expect(formatShare(null)).toBe("");
});

test("amounts of several units stand side by side", async () => {
    await makeMockEnv();
    expect(formatMeasure(2, "kg")).toBe("2\u00A0kg");
    expect(formatMeasure(null, "kg")).toBe("");
    expect(
        formatAmount([
            { quantity: 1.5, uom: "kg" },
            { quantity: 3, uom: "L" },
        ])
    ).toBe("1.5\u00A0kg + 3\u00A0L");
    expect(formatAmount([])).toBe("");
    expect(
        sumByUnit([
            { quantity: 1, uom: "kg" },
            { quantity: 2, uom: "L" },
            { quantity: 4, uom: "kg" },
        ])
    ).toEqual([
        { uom: "kg", quantity: 5 },
        { uom: "L", quantity: 2 },
    ]);
});

test("times of the server are UTC, days stay days", async () => {
    await makeMockEnv();
    // the tests' own time zone is UTC+1
    expect(formatTime("2026-11-20 23:30:00")).toBe("11/21/2026 00:30");
    expect(formatDay("2026-11-20 23:30:00")).toBe("11/21/2026");
    expect(formatDay("2026-11-20")).toBe("11/20/2026");
    expect(formatDay(null)).toBe("");
});

test("an address leaves out what is missing", () => {
    expect(formatAddress({ street: "Kade 1", zip: "9000", city: "Gent", country: "Belgium" })).toBe(
        "Kade 1, 9000 Gent, Belgium"
    );
    expect(formatAddress({ street: null, zip: null, city: "Gent" })).toBe("Gent");
    expect(formatAddress(null)).toBe("");
});

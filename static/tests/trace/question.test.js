import { describe, expect, test } from "@odoo/hoot";
import {
    makeQuestion,
    questionFromUrl,
    questionToUrl,
    readQuestion,
} from "@lot_genealogy/trace/question";

describe.current.tags("headless");

const items = [
    { type: "lot", id: 7, name: "TAH-1", detail: "Tahini" },
    { type: "product", id: 3, name: "Tahini", date_from: "2026-01-01", date_to: null },
];

test("a question holds what the server asks for, and nothing of the screen", () => {
    expect(makeQuestion({ items, direction: "forward", conservative: true })).toEqual({
        items: [
            { type: "lot", id: 7 },
            { type: "product", id: 3, date_from: "2026-01-01" },
        ],
        direction: "forward",
        options: { conservative: true },
    });
});

test("the address gives the same question back", () => {
    const question = makeQuestion({ items, direction: "backward", conservative: true });
    const keys = questionToUrl(question);
    expect(keys).toEqual({ trace: "lot-7.product-3~2026-01-01~", direction: "backward", all: 1 });
    const found = makeQuestion(readQuestion(questionFromUrl(keys)));
    expect(found).toEqual(question);
});

test("a question of thousands of lots stays out of the address", () => {
    const many = Array.from({ length: 5000 }, (_, i) => ({ type: "lot", id: i + 1 }));
    const keys = questionToUrl(makeQuestion({ items: many, direction: "both" }));
    expect(keys).toEqual({ trace: undefined, direction: undefined, all: undefined });
});

test("nonsense in the address is no question", () => {
    expect(questionFromUrl({})).toBe(null);
    expect(questionFromUrl({ trace: 12 })).toBe(null);
    expect(readQuestion(questionFromUrl({ trace: "lot-x.cow-3.lot-9", direction: "up" }))).toEqual({
        items: [{ type: "lot", id: 9 }],
        direction: "both",
        conservative: false,
    });
});

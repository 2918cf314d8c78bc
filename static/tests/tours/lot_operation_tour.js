import { registry } from "@web/core/registry";

/**
 * A worker splits a lot from its form, and undoes it. The history behind it is made by
 * tests/test_lot_split.py: 100 kg of tahini TAH-1, 30 kg of them reserved by a delivery.
 */
const row = (number) => `.o_field_widget[name=line_ids] .o_data_row:eq(${number})`;
const type = (number, quantity) => [
    { content: "Into the row", trigger: `${row(number)} [name=quantity]`, run: "click" },
    {
        content: `Type ${quantity}`,
        trigger: `${row(number)} [name=quantity] input`,
        run: `edit ${quantity} && press Tab`,
    },
];
const split = { content: "Split", trigger: "button[name=action_done]:contains(Split)", run: "click" };

registry.category("web_tour.tours").add("lot_genealogy_split", {
    steps: () => [
        { content: "The button", trigger: "button[name=action_lot_split]", run: "click" },
        { content: "What is free", trigger: `${row(0)} [name=free_quantity]:contains(70.00)` },
        { content: "The proposed number", trigger: `${row(0)} [name=lot_name]:contains(TAH-1-1)` },
        ...type(0, 20),
        {
            content: "One more part",
            trigger: "[name=line_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "From where",
            trigger: `${row(1)} [name=quant_id] input`,
            run: "click",
        },
        {
            content: "From stock",
            trigger: ".o-autocomplete--dropdown-item a:contains(TAH-1)",
            run: "click",
        },
        { content: "Its number", trigger: `${row(1)} [name=lot_name] input:value(TAH-1-2)` },
        ...type(1, 60),
        split,
        {
            content: "Too much",
            trigger: ".modal:contains(70 kg are free):contains(reserved by WH/OUT)",
        },
        { content: "Close", trigger: ".modal button:contains(Close)", run: "click" },
        ...type(1, 15),
        split,
        { content: "Done", trigger: ".o_arrow_button_current:contains(Done)" },
        { content: "What came out", trigger: "[name=made_lot_ids]:contains(TAH-1-1):contains(TAH-1-2)" },
        { content: "It was a mistake", trigger: "button[name=action_undo]", run: "click" },
        { content: "Really", trigger: ".modal:contains(goes back) .btn-primary", run: "click" },
        { content: "The undo is done", trigger: "[name=undo_of_id]" },
        { content: "Into the old lot", trigger: "[name=made_lot_ids]:contains(TAH-1):not(:contains(TAH-1-1))" },
        {
            content: "Back to the lot",
            trigger: ".breadcrumb a:contains(TAH-1), .o_back_button a:contains(TAH-1)",
            run: "click",
        },
        { content: "All of it again", trigger: "[name=product_qty]:contains(100.00)" },
    ],
});

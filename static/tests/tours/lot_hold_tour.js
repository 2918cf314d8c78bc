import { registry } from "@web/core/registry";

/**
 * Quality holds what a trace found, and releases it. The history behind it is made by
 * tests/test_hold_screen.py: 25 kg of tahini TAH-1, of it hummus HUM-1, of it 100 tubs TUB-1,
 * 12 of them reserved for Hospital Kitchen.
 */
const tours = registry.category("web_tour.tours");
const seen = (content, trigger) => ({ content, trigger });

tours.add("lot_genealogy_hold_from_trace", {
    steps: () => [
        seen("The answer", ".o_lot_trace_answer"),
        {
            content: "Hold what is on hand",
            trigger: ".o_lot_trace_hold:contains(Hold what is on hand)",
            run: "click",
        },
        seen(
            "What it would hold",
            ".modal .o_lot_hold_preview:contains(Lots: 3, of products: 3):contains(take from them: 1.)"
        ),
        seen("With quantities", ".modal .o_lot_hold_preview tr:contains(Hummus tub):contains(100 Units)"),
        {
            content: "Why",
            trigger: ".modal [name=reason] textarea",
            run: "edit Salmonella reported by the supplier",
        },
        { content: "Hold", trigger: ".modal button[name=action_hold]", run: "click" },
        seen("The hold", ".o_form_view .o_arrow_button_current:contains(On hold)"),
        seen("Its lots", "[name=shown_line_ids] .o_data_row:contains(TUB-1):contains(Made from a held lot)"),
        seen("What happened to the order", ".o-mail-Message:contains(12 Units of lot TUB-1)"),
        { content: "Release", trigger: "button[name=action_release]", run: "click" },
        {
            content: "Without a reason",
            trigger: "button[name=action_confirm]:contains(Release)",
            run: "click",
        },
        seen("Not without a reason", ".modal:contains(Say why)"),
        { content: "Close", trigger: ".modal button:contains(Close)", run: "click" },
        {
            content: "The reason",
            trigger: "[name=reason] textarea",
            run: "edit Five samples: nothing found",
        },
        {
            content: "Release",
            trigger: "button[name=action_confirm]:contains(Release)",
            run: "click",
        },
        seen("Released", ".o_form_view .o_arrow_button_current:contains(Released)"),
    ],
});

tours.add("lot_genealogy_hold_lot", {
    steps: () => [
        seen("The lot", ".o_form_view button[name=action_lot_split]"),
        { content: "Hold", trigger: "button[name=action_hold]", run: "click" },
        seen("What it would hold", ".modal .o_lot_hold_preview:contains(Lots: 1, of products: 1)"),
        { content: "Why", trigger: ".modal [name=reason] textarea", run: "edit Bulging lids" },
        { content: "Hold", trigger: ".modal button[name=action_hold]", run: "click" },
        seen("The hold", "[name=shown_line_ids] .o_data_row:contains(TAH-1)"),
        {
            content: "Back to the lot",
            trigger: ".o_back_button a, .breadcrumb-item a:contains(TAH-1)",
            run: "click",
        },
        seen("It says so", ".alert-danger:contains(On hold):contains(Bulging lids)"),
        seen("And how much", "[name=held_quantity]:contains(15.00)"),
    ],
});

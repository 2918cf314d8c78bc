import { registry } from "@web/core/registry";

/**
 * An officer runs a recall from the first doubt to the frozen scope, and tells a consignee by
 * phone. The history behind it is made by tests/recall_common.py. Signing is done with the
 * password of tests/test_recall_screen.py.
 */
const page = (name) => ({ content: `Page ${name}`, trigger: `.o_notebook .nav-link:contains(${name})`, run: "click" });
const sign = (password) => [
    { content: "Sign", trigger: ".modal button[name=action_sign]", run: "click" },
    { content: "Password", trigger: ".modal input[type=password]", run: `edit ${password}` },
    { content: "Confirm", trigger: ".modal button:contains(Confirm Password)", run: "click" },
];

registry.category("web_tour.tours").add("lot_genealogy_recall", {
    steps: () => [
        { content: "What is missing", trigger: "[name=missing_text]:contains(How it was found)" },
        { content: "Found by", trigger: "[name=found_by] input, [name=found_by] select", run: "click" },
        {
            content: "The supplier told us",
            trigger: ".o_select_menu_item:contains(Notice of a supplier), [name=found_by] option:contains(Notice of a supplier)",
            run: "click",
        },
        { content: "Start", trigger: "button[name=action_start]", run: "click" },
        ...sign("recall_lead"),
        { content: "Freeze", trigger: "button[name=action_freeze]:contains(Freeze scope)", run: "click" },
        { content: "Affected lots", trigger: ".oe_stat_button:contains(Affected lots):contains(3)" },
        page("Figures"),
        { content: "The clock runs", trigger: ".o_lot_recall_clock:contains(00:3)" },
        { content: "Lots known", trigger: "tr[data-milestone=lots_known] .badge:contains(In time)" },
        { content: "Nobody told", trigger: "[data-percent=told]:contains(0 %)" },
        page("Stock"),
        { content: "Open order", trigger: ".o_field_widget[name=order_ids] .o_data_row:contains(TUB-1)" },
        { content: "Consignees", trigger: "button[name=action_open_consignees]", run: "click" },
        { content: "The shop", trigger: ".o_data_row:contains(Corner Shop) [name=name]", run: "click" },
        { content: "Told", trigger: "button[name=action_mark_told]", run: "click" },
        { content: "Told on", trigger: "[name=told_how]:contains(Phone), [name=told_how] input:value(Phone)" },
        { content: "Back", trigger: ".breadcrumb a:contains(Salmonella), .o_back_button a:contains(Salmonella)", run: "click" },
        { content: "The case again", trigger: ".oe_stat_button:contains(Affected lots):contains(3)" },
        page("Figures"),
        { content: "Half told", trigger: "[data-percent=told]:contains(50 %)" },
    ],
});

registry.category("web_tour.tours").add("lot_genealogy_drill", {
    steps: () => [
        { content: "New drill", trigger: "button:contains(New drill)", run: "click" },
        { content: "It says so", trigger: ".modal .alert:contains(DRILL)" },
        { content: "Propose", trigger: ".modal button[name=action_propose]", run: "click" },
        { content: "Why", trigger: ".modal [name=proposal]:contains(seed)" },
        { content: "Plan", trigger: ".modal button[name=action_plan]", run: "click" },
        { content: "DRILL on the case", trigger: ".o_lot_recall_drill:contains(DRILL)" },
        { content: "DRILL in its name", trigger: ".o_breadcrumb:contains(DRILL)" },
        { content: "Start", trigger: "button[name=action_start]", run: "click" },
        { content: "DRILL under the signature", trigger: ".modal .alert:contains(DRILL)" },
        ...sign("recall_lead"),
        { content: "Started", trigger: ".o_arrow_button_current:contains(Assessing)" },
        page("Questions"),
        { content: "Ask", trigger: ".o_data_row:eq(0) button[name=action_ask]", run: "click" },
        {
            content: "Answer, once it was asked",
            trigger: ".o_data_row:eq(0):has(button[name=action_answer]) [name=answer]",
            run: "click",
        },
        {
            content: "Type it",
            trigger: ".o_data_row:eq(0) [name=answer] textarea, .o_data_row:eq(0) [name=answer] input",
            run: "edit Three lots",
        },
        { content: "Answered", trigger: ".o_data_row:eq(0) button[name=action_answer]", run: "click" },
        {
            content: "Somebody else judges it",
            trigger: ".o_data_row:eq(0):not(:has(button[name=action_answer])):not(:has(button[name=action_right]))",
        },
    ],
});

registry.category("web_tour.tours").add("lot_genealogy_drill_judge", {
    steps: () => [
        page("Questions"),
        { content: "Right", trigger: ".o_data_row:eq(0) button[name=action_right]", run: "click" },
        { content: "Judged", trigger: ".o_data_row:eq(0) [name=verdict]:contains(Right)" },
    ],
});

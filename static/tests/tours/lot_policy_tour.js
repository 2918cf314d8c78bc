import { registry } from "@web/core/registry";

/** An administrator types a number pattern and sees what it gives before leaving the field. */
const typing = (text, shown) => [
    {
        content: `Type ${text}, without leaving the field`,
        trigger: "[name=number_pattern] input",
        run() {
            this.anchor.focus();
            this.anchor.value = text;
            this.anchor.dispatchEvent(new InputEvent("input", { bubbles: true }));
        },
    },
    { content: `It says ${shown}`, trigger: `[name=number_preview]:contains(${shown})` },
    { content: "What was typed stands", trigger: "[name=number_pattern] input:focus" },
];

registry.category("web_tour.tours").add("lot_genealogy_policy_pattern", {
    steps: () => [
        ...typing("LOT-{sq}", "Character 5"),
        ...typing("LOT-{seq:03}", "LOT-001, LOT-002, LOT-003"),
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        { content: "Saved", trigger: ".o_form_saved" },
    ],
});

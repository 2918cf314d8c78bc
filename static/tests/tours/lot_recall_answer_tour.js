import { registry } from "@web/core/registry";

/** What a consignee does with the link of his notice, on a phone: 30 tubs were delivered. */
registry.category("web_tour.tours").add("lot_genealogy_recall_answer", {
    steps: () => [
        {
            content: "The page says what was delivered",
            trigger: ".card:contains(TUB-1):contains(30)",
        },
        {
            content: "We understood",
            trigger: "input[name=understood]",
            run: "check",
        },
        {
            content: "More than was delivered",
            trigger: "input[name=on_hand_0]",
            run: "edit 180",
        },
        {
            content: "Sold",
            trigger: "input[name=sold_0]",
            run: "edit 12",
        },
        {
            content: "Passed on to nobody",
            trigger: "select[name=passed_on]",
            run: "select no",
        },
        {
            content: "Who answers",
            trigger: "input[name=person]",
            run: "edit Joe Corner",
        },
        {
            content: "Send",
            trigger: "button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is too much, and what was entered is still there",
            trigger: ".alert-danger:contains(more than the 30 Units)",
        },
        {
            content: "Correct it",
            trigger: "input[name=on_hand_0]:value(180)",
            run: "edit 18",
        },
        {
            content: "Send again",
            trigger: "button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It has arrived",
            trigger: ".o_recall_thanks",
        },
    ],
});

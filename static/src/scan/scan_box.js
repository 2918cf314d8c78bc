import { Component, useRef, useState } from "@odoo/owl";
import { Mutex } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { describeError } from "../trace/errors";

/** What scanners send between two elements of a GS1 code, and how the box shows it. */
const SHOWN_SEPARATOR = "␝";
const SEPARATOR_CODE = 29;

/**
 * A box for labels: a scanner that types (keyboard wedge) works in it and beside it, a
 * person can type or paste. One code after the other, however fast they come; the
 * answer stands below until the next one. A refused code stays selected in the box.
 */
export class ScanBox extends Component {
    static template = "lot_genealogy.ScanBox";
    static props = {
        // (code, id of the line of the last scan) => answer of the server's scan_code
        scan: Function,
    };

    setup() {
        this.ui = useService("ui");
        this.rootRef = useRef("root");
        this.inputRef = useRef("input");
        this.state = useState({ message: "", remarks: [], error: "", waiting: 0 });
        this.mutex = new Mutex();
        this.lineId = false;
        this.altDigits = "";
        useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) =>
            this.onScanned(detail.barcode)
        );
    }

    onScanned(code) {
        // a dialog is open above, or it is one of Odoo's own commands
        if (this.ui.activeElement.contains(this.rootRef.el) && !/^O(BT|CD)/.test(code)) {
            this.enter(code);
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter" || (ev.key === "Tab" && this.inputRef.el.value)) {
            ev.preventDefault();
            ev.stopPropagation();
            this.enter(this.inputRef.el.value);
        } else if ((ev.ctrlKey && ev.key === "]") || ev.key.charCodeAt(0) === SEPARATOR_CODE) {
            ev.preventDefault();
            this.insertSeparator();
        } else if (ev.altKey && /^\d$/.test(ev.key)) {
            ev.preventDefault();
            this.altDigits += ev.key;
        }
    }

    onKeyup(ev) {
        if (ev.key === "Alt") {
            if (Number(this.altDigits) === SEPARATOR_CODE) {
                this.insertSeparator();
            }
            this.altDigits = "";
        }
    }

    /** An input drops control characters: a visible one stands for it. */
    insertSeparator() {
        const input = this.inputRef.el;
        input.setRangeText(SHOWN_SEPARATOR, input.selectionStart, input.selectionEnd, "end");
    }

    enter(code) {
        code = code.trim();
        if (!code) {
            return;
        }
        this.inputRef.el.value = "";
        this.state.waiting++;
        return this.mutex.exec(() => this.send(code));
    }

    async send(code) {
        Object.assign(this.state, { message: "", remarks: [], error: "" });
        try {
            const answer = await this.props.scan(code, this.lineId);
            if (answer) {
                this.lineId = answer.line_id;
                Object.assign(this.state, { message: answer.message, remarks: answer.remarks });
            }
        } catch (error) {
            this.state.error = describeError(error);
            const input = this.inputRef.el;
            if (input && !input.value) {
                input.value = code.replaceAll(String.fromCharCode(SEPARATOR_CODE), SHOWN_SEPARATOR);
                input.select();
            }
        } finally {
            this.state.waiting--;
        }
    }
}

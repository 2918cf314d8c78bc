import { useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useDebounced } from "@web/core/utils/timing";
import { CharField, charField } from "@web/views/fields/char/char_field";

const PAUSE = 300; // milliseconds without a key

/** A text of which the server says in another field what it gives: asked while it is typed. */
export class LiveCharField extends CharField {
    setup() {
        super.setup();
        const ask = useDebounced(() => {
            const { name, record } = this.props;
            return record.update({ [name]: this.parse(this.input.el.value) });
        }, PAUSE);
        useEffect(
            (input) => {
                input?.addEventListener("input", ask);
                return () => input?.removeEventListener("input", ask);
            },
            () => [this.input.el]
        );
    }
}

registry.category("fields").add("lot_live_char", { ...charField, component: LiveCharField });

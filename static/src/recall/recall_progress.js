import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, onWillUnmount } from "@odoo/owl";

/** So often the case is read again (ms). */
const POLL = 2500;

/** How far a scope is that a job freezes, or its papers; the case follows by itself once they are there. */
export class RecallProgress extends Component {
    static template = "lot_genealogy.RecallProgress";
    static props = { ...standardFieldProps };

    setup() {
        const poll = setInterval(() => this.poll(), POLL);
        onWillUnmount(() => clearInterval(poll));
    }

    get percent() {
        return Math.round(this.props.record.data[this.props.name] || 0);
    }

    /** Nothing that is being typed is lost. */
    async poll() {
        const { record } = this.props;
        const { is_freezing: freezing, is_making_papers: making } = record.data;
        if ((freezing || making) && !(await record.isDirty())) {
            await record.load();
        }
    }
}

registry.category("fields").add("lot_recall_progress", {
    component: RecallProgress,
    supportedTypes: ["float"],
});

import { _t } from "@web/core/l10n/translation";
import { download } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import {
    Component,
    markRaw,
    onMounted,
    onWillStart,
    useEffect,
    useRef,
    useState,
    useSubEnv,
} from "@odoo/owl";
import { AnswerBalance } from "./answer_balance";
import { AnswerHead } from "./answer_head";
import { AnswerLists } from "./answer_lists";
import { AnswerSummary } from "./answer_summary";
import { describeError, isRefusal } from "./errors";
import {
    MAX_ROWS,
    itemKey,
    makeQuestion,
    questionFromUrl,
    questionToUrl,
    readQuestion,
} from "./question";
import { QuestionBar } from "./question_bar";

const REPORT = "lot_genealogy.report_lot_trace";
const NO_QUESTION = { items: [], direction: "both", conservative: false };

/**
 * The trace screen: a question, and the server's answer to it.
 *
 * Opened with a question in `action.params` or `action.context.trace_question`
 * (`{items, direction, options, run: true}`: asked at once), with one in the
 * address (reload, bookmark, browser back), or with none. Coming back through
 * the breadcrumb shows the same answer again, without asking.
 */
export class LotTrace extends Component {
    static template = "lot_genealogy.LotTrace";
    static components = {
        AnswerBalance,
        AnswerHead,
        AnswerLists,
        AnswerSummary,
        Layout,
        QuestionBar,
    };
    static props = { ...standardActionServiceProps };
    static path = "lot-trace";
    static displayName = _t("Trace");
    /** Rows of an answer whose spreadsheet is written while the user waits. */
    static rowsAtOnce = 20000;

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.root = useRef("root");
        this.answer = useRef("answer");
        this.lists = useRef("lists");
        this.display = { controlPanel: {} };
        this.keepLast = new KeepLast();
        const start = this.startState();
        this.state = useState({
            ...NO_QUESTION,
            tab: "lots",
            trace: null,
            asked: null,
            error: "",
            ...start,
            loading: false,
        });
        if (start.run || start.asked) {
            this.rememberInUrl(start.asked || makeQuestion(this.state));
        }
        useSubEnv({ openRecord: this.openRecord.bind(this) });
        useSetupAction({
            rootRef: this.root,
            getLocalState: () => this.localState,
            getGlobalState: () => (this.state.asked ? { traceQuestion: this.state.asked } : {}),
        });
        onWillStart(async () => {
            this.mayTrace = await user.hasGroup("lot_genealogy.group_quality");
        });
        useEffect(
            () => {
                // on a phone the question fills the screen: bring the answer into view
                if (this.isNew && this.env.isSmall) {
                    this.answer.el?.scrollIntoView({ block: "start", behavior: "smooth" });
                }
                this.isNew = false;
            },
            () => [this.state.trace]
        );
        onMounted(() => {
            if (start.run && this.mayTrace) {
                this.ask();
            }
        });
    }

    /** Where this screen begins: the answer it had, or a question to ask, or nothing. */
    startState() {
        const { action, globalState, state } = this.props;
        if (state?.items) {
            const { trace, asked } = state;
            return { ...state, trace: trace && markRaw(trace), asked: asked && markRaw(asked) };
        }
        const params = action.params || {};
        const known = questionFromUrl(params) || globalState?.traceQuestion;
        const given = params.items ? params : action.context?.trace_question;
        const question = known || given;
        return question
            ? { ...readQuestion(question), run: Boolean(known || question.run) }
            : {};
    }

    get localState() {
        const { items, direction, conservative, trace, asked, error, tab } = this.state;
        return {
            items: items.map((item) => ({ ...item })),
            direction,
            conservative,
            trace,
            asked,
            error,
            tab,
        };
    }

    get isChanged() {
        const { asked } = this.state;
        return Boolean(asked) && JSON.stringify(asked) !== JSON.stringify(makeQuestion(this.state));
    }

    changeQuestion(changes) {
        Object.assign(this.state, changes);
        if (!this.state.trace) {
            this.state.error = "";
        }
    }

    rememberInUrl(question) {
        this.props.updateActionState?.(questionToUrl(question));
    }

    async ask() {
        if (!this.state.items.length) {
            return;
        }
        const question = makeQuestion(this.state);
        Object.assign(this.state, { loading: true, error: "" });
        this.rememberInUrl(question);
        try {
            const trace = await this.keepLast.add(
                this.orm.call("lot.trace", "answer", [
                    { ...question, options: { ...question.options, max_rows: MAX_ROWS } },
                ])
            );
            Object.assign(this.state, {
                trace: markRaw(trace),
                asked: markRaw(question), // raw: the browser's history takes no proxies
                loading: false,
            });
            this.nameItems(trace.question.items || []);
            this.isNew = true;
        } catch (error) {
            Object.assign(this.state, {
                trace: null,
                asked: null,
                loading: false,
                error: describeError(error),
            });
            if (!isRefusal(error)) {
                console.error(error);
            }
        }
    }

    askAll() {
        this.state.conservative = true;
        return this.ask();
    }

    /** Buttons and addresses give ids only: the answer knows the names. */
    nameItems(named) {
        const known = new Map(named.map((item) => [itemKey(item), item]));
        this.state.items = this.state.items.map((item) => {
            const { name, detail } = known.get(itemKey(item)) || {};
            return { ...item, name: name || item.name, detail: detail || item.detail };
        });
        const first = this.state.items[0]?.name;
        if (first) {
            const more = this.state.items.length - 1;
            this.env.config.setDisplayName(
                more
                    ? _t("Trace: %(first)s and %(more)s more", { first, more }).toString()
                    : _t("Trace: %s", first).toString()
            );
        }
    }

    showTab(tab) {
        this.state.tab = tab;
        this.lists.el?.scrollIntoView({ block: "start", behavior: "smooth" });
    }

    openRecord(model, id, newWindow = false) {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                res_model: model,
                res_id: id,
                views: [[false, "form"]],
                target: "current",
            },
            { newWindow }
        );
    }

    /** The server makes the PDF from the question: rows never leave the browser. */
    print() {
        return this.action.doAction({
            type: "ir.actions.report",
            report_type: "qweb-pdf",
            report_name: REPORT,
            report_file: REPORT,
            name: _t("Lot trace").toString(),
            data: { question: JSON.stringify(this.state.asked) },
            context: user.context,
        });
    }

    /** The server finds the lots again from the question, and shows what it would hold. */
    async hold() {
        const action = await this.orm.call("lot.hold.wizard", "open_for_trace", [this.state.asked]);
        return this.action.doAction(action);
    }

    /** Papers for authorities: the server asks the same question again, in full. */
    papers() {
        return this.action.doAction("lot_genealogy.lot_paper_make_action", {
            additionalContext: { default_question: JSON.stringify(this.state.asked) },
        });
    }

    /** A large one is made in the background: the answer that is shown says how many rows it has. */
    async spreadsheet() {
        const question = this.state.asked;
        const lists = Object.entries(this.state.trace.counts).filter(
            ([name]) => !name.endsWith(".conservative_lots") // of no list
        );
        if (lists.reduce((sum, [, count]) => sum + count, 0) > LotTrace.rowsAtOnce) {
            return this.action.doAction(
                await this.orm.call("lot.paper.order", "order_sheet", [question])
            );
        }
        return download({
            url: "/lot_genealogy/trace/xlsx",
            data: { question: JSON.stringify(question) },
        });
    }
}

registry.category("actions").add("lot_genealogy.trace", LotTrace);

import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";

/** A sentence for the page; the server's own where it refused with one. */
export function describeError(error) {
    if (error instanceof ConnectionLostError) {
        return _t("The server cannot be reached. Your question is kept: try again.");
    }
    if (error instanceof RPCError && isRefusal(error)) {
        return error.data?.message || error.message;
    }
    return _t(
        "Something went wrong on the server. Your question is kept: try again, and tell your administrator if it happens again."
    );
}

/** Refused on purpose (rights, bad input, record gone), as opposed to broken. */
export function isRefusal(error) {
    return /\.(UserError|AccessError|ValidationError|MissingError)$/.test(
        error.exceptionName || ""
    );
}

//! `[auth]`: who may come in.

use super::fields::Fields;
use std::net::SocketAddr;

/// This version knows mode `none`, for which the listener must be a loopback one; on such a listener it need not be said.
pub(super) fn check(auth: Option<Fields<'_>>, listen: SocketAddr, top: &Fields<'_>) {
    let Some(mut auth) = auth else {
        if !listen.ip().is_loopback() {
            top.fault(
                "auth",
                format!("is missing: without it everyone could come in at {listen}"),
            );
        }
        return;
    };
    let mode = auth.required("mode");
    match mode.as_deref() {
        None => {}
        Some("none") if listen.ip().is_loopback() => {}
        Some("none") => auth.fault(
            "mode",
            format!("\"none\" lets everyone in, so listen must be a loopback address, not {listen}"),
        ),
        Some(mode @ ("oidc" | "header" | "jwt")) => {
            auth.fault("mode", format!("{mode:?} is not built yet: only \"none\" is"));
        }
        Some(other) => auth.fault("mode", format!("{other:?} is not one of none, oidc, header, jwt")),
    }
    for section in ["oidc", "header", "jwt"] {
        let told = mode.as_deref() == Some(section);
        match auth.table(section) {
            Some(unused) if told => unused.forget(),
            Some(unused) => {
                unused.fault("", "is not built yet: leave it out");
                unused.forget();
            }
            None => {}
        }
    }
    auth.end();
}

//! `[auth]`: who may come in.

mod claims;
mod header;
mod jwt;
mod oidc;

use super::fields::Fields;
use super::{Said, meant, secret};
use crate::auth::Configured;
use std::net::SocketAddr;

/// `[auth]`, read.
#[derive(Debug, Default)]
pub struct Auth {
    /// How people sign in.
    pub sign_in: Configured,
    /// Whom people ask for more rights: shown to those who lack one.
    pub contact: Option<String>,
    /// All that was said of it.
    pub said: Said,
    /// Whether everybody may come in: mode `none`, said or not.
    pub(super) is_open: bool,
}

impl Auth {
    /// Whether people should sign in, and what says how cannot be used.
    pub(super) fn is_broken(&self) -> bool {
        !self.is_open && matches!(self.sign_in, Configured::None)
    }
}

/// Mode `none` needs a loopback listener; on such a one it need not be said.
pub(super) fn read(
    auth: Option<Fields<'_>>,
    listen: SocketAddr,
    public_url: Option<&str>,
    secrets: secret::Source<'_>,
    top: &Fields<'_>,
) -> Auth {
    let Some(mut auth) = auth else {
        if !listen.ip().is_loopback() {
            top.fault(
                "auth",
                format!("is missing: without it everyone could come in at {listen}"),
            );
        }
        return Auth {
            is_open: true,
            ..Auth::default()
        };
    };
    let (text, mark) = (format!("{public_url:?} {}", auth.said()), secrets.notes.mark());
    let contact = auth.text("contact");
    let mode = auth.required("mode");
    let mode = mode.as_deref();
    let sign_in = match mode {
        Some("header") => auth
            .required_table("header")
            .and_then(header::read)
            .map(Configured::Header),
        Some("oidc") => {
            let settings = auth
                .required_table("oidc")
                .and_then(|fields| oidc::read(fields, public_url, secrets));
            settings.map(|settings| Configured::Oidc(Box::new(settings)))
        }
        Some("none") if !listen.ip().is_loopback() => {
            auth.fault(
                "mode",
                format!("\"none\" lets everyone in, so listen must be a loopback address, not {listen}"),
            );
            None
        }
        Some("none") | None => None,
        Some("jwt") => {
            let settings = auth.required_table("jwt").and_then(jwt::read);
            settings.map(|settings| Configured::Jwt(Box::new(settings)))
        }
        Some(other) => {
            let hint = meant::hint(other, ["none", "oidc", "header", "jwt"]);
            auth.fault("mode", format!("{other:?} is not one of none, oidc, header, jwt{hint}"));
            None
        }
    };
    for section in ["oidc", "header", "jwt"] {
        if let Some(unused) = auth.table(section) {
            if mode != Some(section) {
                unused.fault(
                    "",
                    format!("is without effect under another mode: leave it out, or say mode = {section:?}"),
                );
            }
            unused.forget();
        }
    }
    auth.end();
    Auth {
        sign_in: sign_in.unwrap_or_default(),
        contact,
        said: secrets.notes.said(&text, mark),
        is_open: mode == Some("none"),
    }
}

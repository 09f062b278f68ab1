//! Ways out of the page to signing in, and what this tab keeps meanwhile.

use crate::ui::{storage, timer};
use leptos::prelude::*;

/// Where `boot.js` finds an address that is too long to travel.
const RESUME: &str = "signalbox.resume";
/// When this tab was last sent to sign in by itself.
const BOUNCED: &str = "signalbox.bounced";
/// There while somebody who has signed out has not asked to sign in again.
const SIGNED_OUT: &str = "signalbox.signed-out";
/// In milliseconds: who comes back within such a time and is not signed in would be sent to and fro for ever.
const SOON: i64 = 30_000;
/// The longest address that travels; the proxy takes a little more.
const LONGEST: usize = 2000;

/// Path, query and fragment of the page.
fn here() -> String {
    let location = window().location();
    let parts = [location.pathname(), location.search(), location.hash()];
    parts.map(Result::unwrap_or_default).concat()
}

/// The address that signs in and leads back here.
fn address(login: &str) -> String {
    let here = here();
    let back = if here.len() > LONGEST {
        // Without a place for it, the way back is to the overview.
        _ = storage::tab().map(|tab| tab.set_item(RESUME, &here));
        "/?resume"
    } else {
        &here
    };
    let back: String = js_sys::encode_uri_component(back).into();
    [login, "?return=", &back].concat()
}

/// Goes to sign in because somebody wants to.
pub fn sign_in(login: &str) {
    came_in();
    // Refused, they can try again.
    _ = window().location().assign(&address(login));
}

/// Goes to sign in without having been asked to; not where that was just done in vain. Says whether it goes.
pub fn bounce(login: &str) -> bool {
    let Some(tab) = storage::tab() else { return false };
    let before: Option<i64> = tab.get_item(BOUNCED).ok().flatten().and_then(|at| at.parse().ok());
    if before.is_some_and(|before| (timer::now() - before).abs() < SOON) {
        return false;
    }
    // Who could not tell that they have been there already must not be sent.
    tab.set_item(BOUNCED, &timer::now().to_string()).is_ok() && window().location().replace(&address(login)).is_ok()
}

/// Opens the small window that signs in; says whether the browser lets it.
pub fn beside(login: &str) -> bool {
    let address = [login, "?return=%2Fsigned-in"].concat();
    let opened =
        window().open_with_url_and_target_and_features(&address, "signalbox-sign-in", "popup,width=560,height=720");
    matches!(opened, Ok(Some(_)))
}

/// Remembers that somebody has signed out, or takes it back.
pub fn sign_out(out: bool) {
    if let Some(tab) = storage::tab() {
        _ = if out {
            tab.set_item(SIGNED_OUT, "1")
        } else {
            tab.remove_item(SIGNED_OUT)
        };
    }
}

/// Whether somebody has signed out here.
pub fn signed_out() -> bool {
    storage::tab().is_some_and(|tab| matches!(tab.get_item(SIGNED_OUT), Ok(Some(_))))
}

/// Somebody is signed in, or wants to be: what was before does not matter any more.
pub fn came_in() {
    sign_out(false);
    _ = storage::tab().map(|tab| tab.remove_item(BOUNCED));
}

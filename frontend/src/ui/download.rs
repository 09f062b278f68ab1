//! A file that the page itself has written, for the browser's downloads.

use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};

/// How long the file can be fetched: some browsers begin only after the page's turn.
const THERE: Duration = Duration::from_secs(60);

/// Hands over a file of plain text. A browser that takes none is told of on its console.
pub fn text(name: &str, content: &str) {
    let parts = js_sys::Array::of1(&content.into());
    if let Err(error) = hand_over(name, &parts) {
        leptos::logging::error!("signalbox: the file could not be written: {error:?}");
    }
}

fn hand_over(name: &str, parts: &js_sys::Array) -> Result<(), JsValue> {
    let address = web_sys::Url::create_object_url_with_blob(&web_sys::Blob::new_with_str_sequence(parts)?)?;
    let anchor: web_sys::HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    set_timeout(move || drop(web_sys::Url::revoke_object_url(&address)), THERE);
    Ok(())
}

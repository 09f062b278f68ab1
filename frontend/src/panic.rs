//! What people see when the page breaks: after a panic the program is dead, but the document is not.

use leptos::prelude::document;

/// Shows the crash panel of `index.html` and writes the reason to the console.
pub fn install() {
    std::panic::set_hook(Box::new(|reason| {
        leptos::logging::error!("signalbox: {reason}");
        if let Some(panel) = document().get_element_by_id("crash") {
            // Nothing is left that could act on a failure here.
            drop(panel.remove_attribute("hidden"));
        }
    }));
}

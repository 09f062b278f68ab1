//! Small preferences kept in this browser. A browser that refuses storage simply forgets them.

fn area() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The text kept under a name.
pub fn get(name: &str) -> Option<String> {
    area()?.get_item(&format!("signalbox.{name}")).ok()?
}

/// Keeps a text under a name.
pub fn set(name: &str, value: &str) {
    if let Some(area) = area() {
        drop(area.set_item(&format!("signalbox.{name}"), value));
    }
}

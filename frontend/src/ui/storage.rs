//! Small preferences kept in this browser. A browser that refuses storage simply forgets them.

fn area() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The text kept under a name.
pub fn get(name: &str) -> Option<String> {
    area()?.get_item(&key(name)).ok()?
}

/// Keeps a text under a name, and says whether the browser did.
pub fn set(name: &str, value: &str) -> bool {
    area().is_some_and(|area| area.set_item(&key(name), value).is_ok())
}

/// The full name, as the browser knows it.
pub fn key(name: &str) -> String {
    ["signalbox.", name].concat()
}

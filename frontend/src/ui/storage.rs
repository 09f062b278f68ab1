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

/// Forgets what was kept under a name.
pub fn remove(name: &str) {
    // A browser that refuses keeps nothing either.
    _ = area().map(|area| area.remove_item(&key(name)));
}

/// The name under which something is kept for a person alone; empty where nobody signs in.
pub fn of(person: &str, name: &str) -> String {
    if person.is_empty() {
        name.to_owned()
    } else {
        [name, ".", person].concat()
    }
}

/// This tab's own storage, which lasts as long as the tab; a browser may refuse it.
pub fn tab() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// The full name, as the browser knows it.
pub fn key(name: &str) -> String {
    ["signalbox.", name].concat()
}

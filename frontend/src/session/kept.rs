//! What this browser keeps is kept for one person. When another one signs in, what could tell of rows is dropped; views of one's own wait under the name of
//! whose they are. Language, theme and the like are the device's.

use crate::places::Places;
use crate::ui::storage;
use crate::visits;

/// For whom this browser keeps something, and this tab.
const PERSON: &str = "person";
/// Who was signed in before, in this tab, until somebody has read it.
const BEFORE: &str = "signalbox.before";

/// Drops what is not this person's.
pub async fn belongs_to(person: &str, places: Places) {
    let before = storage::get(PERSON).unwrap_or_default();
    if before != person {
        // A browser without a data base has no snapshots.
        _ = visits::forget().await;
        for table in catalog::tables() {
            storage::remove(&["seen.", table.id].concat());
        }
        storage::remove("visit");
        storage::remove("matters");
        // Before there was any signing in, views were of whoever sat here.
        if before.is_empty()
            && let Some(views) = storage::get("views")
        {
            storage::set(&storage::of(person, "views"), &views);
            storage::remove("views");
        }
        storage::set(PERSON, person);
    }
    let Some(tab) = storage::tab() else { return };
    let key = storage::key(PERSON);
    if tab.get_item(&key).ok().flatten().unwrap_or_default() != person {
        places.forget();
        _ = tab.set_item(&key, person);
    }
}

/// Remembers, beyond a reload, who was signed in before.
pub fn leave(name: &str) {
    _ = storage::tab().map(|tab| tab.set_item(BEFORE, name));
}

/// Who was signed in before somebody else took over.
pub fn before() -> Option<String> {
    storage::tab()?.get_item(BEFORE).ok()?
}

/// It has been read.
pub fn forget_before() {
    _ = storage::tab().map(|tab| tab.remove_item(BEFORE));
}

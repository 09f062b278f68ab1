//! `[audit]`: what is written down of who was let in and what they read.

use super::fields::Fields;
use crate::audit::Settings;
use std::path::Path;

/// Without the section nothing is written down.
pub(super) fn read(fields: Option<Fields<'_>>, folder: &Path) -> Option<Settings> {
    let mut fields = fields?;
    let file = fields.text("file").map(|file| folder.join(file));
    if let Some(file) = &file
        && (file.is_dir()
            || file
                .parent()
                .is_some_and(|parent| !parent.as_os_str().is_empty() && !parent.is_dir()))
    {
        fields.fault("file", format!("{} is no place for a file", file.display()));
    }
    let required = fields.flag("required").unwrap_or_default();
    fields.end();
    Some(Settings { file, required })
}

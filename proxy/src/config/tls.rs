//! `[tls]`: with what the listener encrypts.

use super::fields::Fields;
use crate::tls::{Files, Unusable};
use std::path::Path;

/// The files, which are looked into too: a pair that does not belong together is found before the program runs.
pub(super) fn read(mut fields: Fields<'_>, folder: &Path) -> Option<Files> {
    let certificate = fields.required_file("certificate", folder);
    let key = fields.required_file("key", folder);
    let files = certificate
        .zip(key)
        .map(|(certificate, key)| Files { certificate, key });
    if let Some(files) = &files
        && let Err(Unusable { file, what }) = files.content().and_then(|content| content.pair())
    {
        fields.fault(file.name(), what);
    }
    fields.end();
    files
}

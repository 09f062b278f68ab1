//! How long answers are kept, and in how much memory.

use super::{ACCOUNT, faults, read};
use crate::cache::Settings;
use std::time::Duration;

#[test]
fn what_is_not_said_is_as_usual_and_nothing_is_kept_where_it_is_switched_off() {
    let cache = |text: &str| read(&[ACCOUNT, text].concat(), &[]).unwrap().cache;
    assert_eq!(cache(""), Settings::default());
    let usual = Settings::default();
    let off = cache("[cache]\nfresh = \"0s\"");
    assert!(usual.keeps() && !off.keeps());
    assert_eq!((off.stale, off.bytes), (usual.stale, usual.bytes));
    let said = cache("[cache]\nfresh = \"5s\"\nstale = \"1m\"\nbytes = \"2GiB\"");
    let expected = Settings {
        fresh: Duration::from_secs(5),
        stale: Duration::from_secs(60),
        bytes: 2 << 30,
    };
    assert_eq!(said, expected);
}

#[test]
fn a_size_has_a_number_and_a_unit() {
    for size in [
        "5",
        "MiB",
        "5MB",
        "5 MiB",
        "-5MiB",
        "1.5GiB",
        "99999999999999999999KiB",
        "18446744073709551615GiB",
    ] {
        let text = format!("{ACCOUNT}[cache]\nbytes = \"{size}\"");
        assert_eq!(
            faults(&text, &[]),
            [format!(
                "cache.bytes: {size:?} is not a size such as \"256MiB\" or \"1GiB\""
            )]
        );
    }
}

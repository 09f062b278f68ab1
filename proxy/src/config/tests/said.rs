//! What counts as the same when the configuration is read anew.

use super::*;

#[test]
fn accounts_of_which_the_same_is_said_are_told_from_others() {
    let said = |text: &str, secret: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("sk"), secret).unwrap();
        let read = parse(text, folder.path(), &environment(&[]), None, VENDORS).unwrap();
        (
            read.accounts[0].said.unwrap(),
            read.accounts[1].said.unwrap(),
            read.auth.said,
        )
    };
    let first = said(GOOD, "secret-1");
    assert_eq!(said(GOOD, "secret-1"), first);
    // The order of settings and comments says nothing.
    assert_eq!(
        said(
            &format!("# x\n{}", GOOD.replace("id = \"prod-hw\"", "id   = 'prod-hw'")),
            "secret-1"
        ),
        first
    );
    let other_key = said(GOOD, "secret-2");
    assert!(other_key.0 != first.0 && other_key.1 == first.1 && other_key.2 == first.2);
    let other_region = said(&GOOD.replace("cn-north-4", "cn-north-1"), "secret-1");
    assert!(other_region.0 == first.0 && other_region.1 != first.1);
}

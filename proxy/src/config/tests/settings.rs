//! The table of all settings, held against those that the program asks for.

use super::*;
use crate::config::files::Notes;
use std::collections::BTreeSet;

/// Files in which anything may stand: with them every branch of reading is taken.
fn texts() -> Vec<String> {
    let all = "[tls]\n[feeds]\n[cache]\n[store]\n[log]\n[audit]\n[[view]]\n[[grant]]\n[[token]]\n";
    let auths = ["none", "header", "oidc"].map(|mode| format!("mode = {mode:?}\n[auth.{mode}]\n"));
    let presets = ["cloudflare", "iap", "alb", "generic"];
    let fronts = presets.map(|preset| format!("mode = \"jwt\"\n[auth.jwt]\npreset = {preset:?}\n"));
    let kinds = VENDORS.iter().flat_map(|vendor| {
        let own = vendor.kinds().iter().map(|kind| kind.from);
        let kinds = ["static", "env"].into_iter().chain(own);
        kinds.map(|kind| {
            let cloud = vendor.cloud().id;
            format!("[[account]]\ncloud = {cloud:?}\ncredentials = {{ from = {kind:?} }}\n")
        })
    });
    let sets = VENDORS.iter().flat_map(|vendor| {
        let cloud = vendor.cloud().id;
        let kinds = vendor.directories().iter().map(|kind| kind.directory.kind);
        kinds.map(move |kind| {
            format!(
                "[[account]]\ncloud = {cloud:?}\ncredentials = {{ from = \"env\" }}\ndiscover = {{ kind = {kind:?} }}\n"
            )
        })
    });
    let kinds = kinds.chain(sets);
    let auths = auths
        .into_iter()
        .chain(fronts)
        .map(|auth| format!("[auth]\n{auth}{all}"));
    auths.chain(kinds).collect()
}

/// A place as the table calls it; none of what is inside of a secret, or of credentials that others are asked for with.
fn setting(place: &str, asked: &BTreeSet<String>) -> Option<String> {
    let mut name = String::new();
    let mut inside = false;
    for sign in place.chars() {
        inside = match sign {
            '[' => true,
            ']' => false,
            _ => inside,
        };
        if !inside || sign == '[' {
            name.push(sign);
        }
    }
    let (table, last) = name.rsplit_once('.').unwrap_or(("", &name));
    let of_secret = ["env", "file"].contains(&last)
        && place.rsplit_once('.').is_some_and(|(table, _)| {
            ["env", "file"]
                .iter()
                .all(|part| asked.contains(&format!("{table}.{part}")))
        });
    (!of_secret && !table.contains(".source")).then_some(name)
}

/// Without those that are tables of others.
fn leaves(names: &BTreeSet<String>) -> BTreeSet<String> {
    let is_table = |name: &String| {
        names
            .iter()
            .any(|other| other.starts_with(&format!("{name}.")) || other.starts_with(&format!("{name}[]")))
    };
    names.iter().filter(|name| !is_table(name)).cloned().collect()
}

#[test]
fn the_table_of_settings_has_all_that_are_asked_for_and_no_other() {
    let notes = Notes::default();
    for text in texts() {
        _ = parse_noting(&text, Path::new("/nowhere"), &environment(&[]), None, VENDORS, &notes);
    }
    let asked = notes.asked();
    let asked = leaves(&asked.iter().filter_map(|name| setting(name, &asked)).collect());
    let table = include_str!("../../../../docs/settings.md");
    let told = table
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned()));
    let told = leaves(&told.collect());
    assert_eq!(
        asked.difference(&told).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "are not in the table"
    );
    assert_eq!(
        told.difference(&asked).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "are no settings"
    );
}

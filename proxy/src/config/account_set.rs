//! `discover` of an account: then it is many, those that a directory lists.

use super::credentials::{self, Around};
use super::fields::Fields;
use super::meant;
use crate::account_sets::{Choice, Discover, NamedBy};
use crate::credentials::Surroundings;
use crate::vendors::Vendor;
use crate::vendors::directory::DirectoryKind;
use std::time::Duration;

/// How often a directory is asked where nothing is said of it.
const USUAL: Duration = Duration::from_secs(600);
/// How often it may be.
const BOUNDS: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(24 * 3600)];

/// None has been noted as a fault.
pub(super) fn read(
    mut fields: Fields<'_>,
    vendor: &dyn Vendor,
    around: &Around<'_>,
    surroundings: &Surroundings,
) -> Option<Discover> {
    let kind = kind(&mut fields, vendor, around.vendors);
    let told = kind.and_then(|kind| credentials::told(&mut fields, kind.fields, vendor, around, surroundings));
    let [only, except] = ["only", "except"].map(|name| choices(&mut fields, name));
    let named_by = fields.one_of("named_by", &[("id", NamedBy::Id), ("name", NamedBy::Name)]);
    let asked = fields.flag("tags");
    let [env, team] = ["env_tag", "team_tag"].map(|name| (name, fields.id(name)));
    for (name, _) in [&env, &team]
        .into_iter()
        .filter(|(_, tag)| tag.is_some() && asked == Some(false))
    {
        fields.fault(name, "is said though tags = false");
    }
    let of_tags = only.iter().chain(&except).any(Choice::is_of_tags);
    if of_tags && asked == Some(false) {
        fields.fault("tags", "is false though `only` or `except` choose by tags");
    }
    let every = fields.span("every");
    if every.is_some_and(|every| every < BOUNDS[0] || every > BOUNDS[1]) {
        fields.fault("every", "must be between 10s and 1d");
    }
    if kind.is_none() {
        // What else is there belongs to a kind that nobody knows.
        fields.forget();
    } else {
        fields.end();
    }
    Some(Discover {
        kind: kind?,
        said: told?.texts,
        only,
        except,
        named_by: named_by.unwrap_or_default(),
        tags: asked.unwrap_or(true),
        env_tag: env.1.unwrap_or_else(|| "env".to_owned()),
        team_tag: team.1.unwrap_or_else(|| "team".to_owned()),
        every: every.unwrap_or(USUAL),
    })
}

fn kind(
    fields: &mut Fields<'_>,
    vendor: &dyn Vendor,
    vendors: &[&'static dyn Vendor],
) -> Option<&'static DirectoryKind> {
    let name = fields.required("kind")?;
    let called = |kinds: &'static [DirectoryKind]| kinds.iter().find(|kind| kind.directory.kind == name);
    if let Some(kind) = called(vendor.directories()) {
        return Some(kind);
    }
    let other = vendors.iter().find(|other| called(other.directories()).is_some());
    let state = other.map_or_else(
        || "is no kind of directory".to_owned(),
        |other| format!("belongs to {} accounts", other.cloud().id),
    );
    let own: Vec<_> = vendor.directories().iter().map(|kind| kind.directory.kind).collect();
    let hint = meant::hint(&name, own.iter().copied());
    fields.fault("kind", format!("{name:?} {state}: there is {}{hint}", own.join(", ")));
    None
}

fn choices(fields: &mut Fields<'_>, name: &str) -> Vec<Choice> {
    let texts = fields.list(name).unwrap_or_default();
    let mut choices = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        match Choice::read(text) {
            Some(choice) => choices.push(choice),
            None => fields.fault(
                &format!("{name}[{index}]"),
                format!("{text:?} names no tag, such as \"tag:stage=prod\""),
            ),
        }
    }
    choices
}

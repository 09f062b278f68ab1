//! Which of Alibaba's credentials a machine seems to have.

use crate::vendors::found::{Found, Place};
use serde::Deserialize;

/// In the order in which the vendor's SDKs look.
pub(super) fn found(place: Place<'_>) -> Vec<Found> {
    let region = || place.first_set(&["ALIBABA_CLOUD_REGION_ID", "ALIBABACLOUD_REGION_ID"]);
    let mut found = Vec::new();
    if place.all_set(&["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"]) {
        let what = "the variables ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET";
        found.push(Found::new(what, "env", &[], region()));
    }
    if place.all_set(&[
        "ALIBABA_CLOUD_ROLE_ARN",
        "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
        "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
    ]) {
        let what = "the variables of a service account with a role (RRSA), ALIBABA_CLOUD_ROLE_ARN and its neighbours";
        found.push(Found::new(what, "oidc-role", &[], region()));
    }
    found.extend(profiles(place));
    if let Some(role) = place.first_set(&["ALIBABA_CLOUD_ECS_METADATA"]) {
        let what = "the variable ALIBABA_CLOUD_ECS_METADATA, which names the role of this machine";
        found.push(Found::new(what, "ram-role", &[("role", &role)], region()));
    }
    if place.all_set(&["ALIBABA_CLOUD_CREDENTIALS_URI"]) {
        found.push(Found::new(
            "the variable ALIBABA_CLOUD_CREDENTIALS_URI",
            "uri",
            &[],
            region(),
        ));
    }
    found
}

/// The names of the CLI's profiles. What else stands there is not read.
#[derive(Deserialize)]
struct Profiles {
    #[serde(default)]
    current: String,
    profiles: Vec<Profile>,
}

#[derive(Deserialize)]
struct Profile {
    name: String,
    #[serde(default)]
    region_id: String,
}

/// Those of the CLI, the current one first.
fn profiles(place: Place<'_>) -> Vec<Found> {
    let Some((path, text)) = place.file(None, ".aliyun/config.json") else {
        return Vec::new();
    };
    let Ok(Profiles { current, mut profiles }) = serde_json::from_str(&text) else {
        return Vec::new();
    };
    profiles.sort_by_key(|profile| profile.name != current);
    let of = |profile: Profile| {
        let what = format!("the profile {:?} in {}", profile.name, path.display());
        let region = Some(profile.region_id).filter(|region| !region.is_empty());
        Found::new(what, "profile", &[("name", &profile.name)], region)
    };
    profiles.into_iter().map(of).collect()
}

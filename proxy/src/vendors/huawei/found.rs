//! Which of Huawei's credentials a machine seems to have.

use crate::vendors::found::{Found, Place};

/// In the order in which the vendor's SDKs look, and last what other tools use.
pub(super) fn found(place: Place<'_>) -> Vec<Found> {
    let region = || place.first_set(&["HUAWEICLOUD_SDK_REGION", "HW_REGION_NAME"]);
    let mut found = Vec::new();
    if place.all_set(&[
        "HUAWEICLOUD_OIDC_PROVIDER_URN",
        "HUAWEICLOUD_OIDC_AGENCY_URN",
        "HUAWEICLOUD_OIDC_TOKEN_FILE",
    ]) {
        let what =
            "the variables HUAWEICLOUD_OIDC_PROVIDER_URN, HUAWEICLOUD_OIDC_AGENCY_URN and HUAWEICLOUD_OIDC_TOKEN_FILE";
        found.push(Found::new(what, "oidc-sts", &[], region()));
    }
    if place.all_set(&["HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"]) {
        let what = "the variables HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK";
        found.push(Found::new(what, "env", &[], region()));
    }
    found.extend(profile(place, region()));
    if place.all_set(&[
        "HC_CONTAINER_CREDENTIALS_FULL_URI",
        "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ]) {
        let what = "the variables of a pod with an identity (CCE), HC_CONTAINER_CREDENTIALS_FULL_URI and its neighbour";
        found.push(Found::new(what, "pod-identity", &[], region()));
    }
    if place.all_set(&["HW_ACCESS_KEY", "HW_SECRET_KEY"]) {
        found.push(Found {
            what: "the variables HW_ACCESS_KEY and HW_SECRET_KEY".to_owned(),
            credentials: "{ from = \"static\", ak = { env = \"HW_ACCESS_KEY\" }, sk = { env = \"HW_SECRET_KEY\" } }"
                .to_owned(),
            regions: region().into_iter().collect(),
        });
    }
    found
}

/// The section of the SDK's file that belongs to projects. What stands in it is not looked at.
fn profile(place: Place<'_>, region: Option<String>) -> Option<Found> {
    let (path, text) = place.file(Some("HUAWEICLOUD_SDK_CREDENTIALS_FILE"), ".huaweicloud/credentials")?;
    let section = ["basic", "global"]
        .into_iter()
        .find(|section| text.lines().any(|line| line.trim() == format!("[{section}]")))?;
    let what = format!("the section [{section}] in {}", path.display());
    Some(Found::new(what, "profile", &[("section", section)], region))
}

//! `[auth.jwt]`.

use super::super::fields::Fields;
use super::super::meant;
use super::{claims, header};
use crate::auth::fetch::may_be_asked;
use crate::auth::jwt::{Preset, Settings, alb, cloudflare, iap};
use crate::auth::keys;
use http::header::HeaderName;
use jsonwebtoken::{Algorithm, AlgorithmFamily};

const CLAIMS: claims::Keys = claims::Keys {
    user: "user",
    usual_user: &["email"],
    name: "name",
    groups: "groups",
    // No front delivers groups unless it is told to.
    usual_groups: None,
};

/// What differs from preset to preset.
struct Front {
    preset: Preset,
    header: HeaderName,
    issuer: String,
    algorithms: Vec<Algorithm>,
    jwks_url: String,
}

pub(super) fn read(mut fields: Fields<'_>) -> Option<Settings> {
    let preset = fields.required("preset");
    let audiences = fields.text_or_list("audience");
    if audiences.is_none() {
        fields.fault(
            "audience",
            "is missing: without it a token that was made for another application would do",
        );
    }
    let front = match preset.as_deref() {
        Some("cloudflare") => cloudflare(&mut fields),
        Some("iap") => iap(&mut fields),
        Some("alb") => alb(&mut fields),
        Some("generic") => generic(&mut fields),
        other => {
            if let Some(other) = other {
                let hint = meant::hint(other, ["cloudflare", "iap", "alb", "generic"]);
                fields.fault(
                    "preset",
                    format!("{other:?} is not one of cloudflare, iap, alb, generic{hint}"),
                );
            }
            fields.forget();
            return None;
        }
    };
    let claims = claims::read(&mut fields, &CLAIMS);
    fields.end();
    let Front {
        preset,
        header,
        issuer,
        algorithms,
        jwks_url,
    } = front?;
    Some(Settings {
        preset,
        header,
        issuer,
        audiences: audiences?,
        algorithms,
        jwks_url,
        claims,
    })
}

fn cloudflare(fields: &mut Fields<'_>) -> Option<Front> {
    let issuer = fields.text("issuer");
    match issuer.as_deref() {
        None => fields.fault(
            "issuer",
            "is missing: the address of the team, such as \"https://example.cloudflareaccess.com\"",
        ),
        Some(slash) if slash.ends_with('/') => {
            fields.fault(
                "issuer",
                format!("{slash:?} ends in a slash, and in the tokens it does not"),
            );
        }
        Some(_) => {}
    }
    let usual = issuer.as_ref().map(|issuer| format!("{issuer}{}", cloudflare::KEYS));
    fixed(fields);
    Some(Front {
        preset: Preset::Cloudflare,
        header: HeaderName::from_static(cloudflare::HEADER),
        algorithms: vec![Algorithm::RS256],
        jwks_url: keys_url(fields, usual)?,
        issuer: issuer?,
    })
}

fn iap(fields: &mut Fields<'_>) -> Option<Front> {
    fixed(fields);
    fields.refuse(&["issuer"], FIXED);
    Some(Front {
        preset: Preset::Iap,
        header: HeaderName::from_static(iap::HEADER),
        issuer: iap::ISSUER.to_owned(),
        algorithms: vec![Algorithm::ES256],
        jwks_url: keys_url(fields, Some(iap::KEYS.to_owned()))?,
    })
}

fn alb(fields: &mut Fields<'_>) -> Option<Front> {
    let issuer = fields.required("issuer");
    let signer = fields.text("signer");
    let usual = signer.as_deref().and_then(alb::keys_url);
    if usual.is_none() {
        fields.fault(
            "signer",
            format!("must be the name (ARN) of the load balancer: {:?}", alb::SIGNER),
        );
    }
    let jwks_url = keys_url(fields, usual);
    if let Some(url) = jwks_url.as_ref().filter(|url| !url.contains(alb::KID)) {
        fields.fault(
            "jwks_url",
            format!("{url:?} lacks {} where the name of the key belongs", alb::KID),
        );
    }
    fixed(fields);
    Some(Front {
        preset: Preset::Alb { signer: signer? },
        header: HeaderName::from_static(alb::HEADER),
        issuer: issuer?,
        algorithms: vec![Algorithm::ES256],
        jwks_url: jwks_url?,
    })
}

fn generic(fields: &mut Fields<'_>) -> Option<Front> {
    let issuer = fields.required("issuer");
    let name = fields
        .required("header")
        .and_then(|text| header::name(fields, "header", &text));
    let algorithms = algorithms(fields);
    let jwks_url = keys_url(fields, None);
    if !fields.has("user") {
        fields.fault(
            "user",
            "is missing: which claim has the name by which grants call somebody?",
        );
    }
    Some(Front {
        preset: Preset::Generic,
        header: name?,
        issuer: issuer?,
        algorithms: algorithms?,
        jwks_url: jwks_url?,
    })
}

/// Where the keys are: as configured, or where the preset has them.
fn keys_url(fields: &mut Fields<'_>, usual: Option<String>) -> Option<String> {
    if usual.is_none() && !fields.has("jwks_url") {
        fields.missing("jwks_url");
    }
    let url = fields.text("jwks_url").or(usual)?;
    if let Err(why) = may_be_asked(&url.replace(alb::KID, "x")) {
        fields.fault("jwks_url", format!("{url:?} cannot be used: {why}"));
    }
    Some(url)
}

const FIXED: &str = "is fixed by the preset: leave it out";

/// Other values than the preset's own would only make it weaker.
fn fixed(fields: &mut Fields<'_>) {
    fields.refuse(&["header", "algorithms"], FIXED);
}

/// Algorithms with a public key.
fn algorithms(fields: &mut Fields<'_>) -> Option<Vec<Algorithm>> {
    let Some(names) = fields.text_or_list("algorithms") else {
        fields.fault(
            "algorithms",
            "is missing: what does the front sign with, such as [\"ES256\"]?",
        );
        return None;
    };
    let mut algorithms = Vec::new();
    for name in names {
        match keys::algorithm(&name) {
            Some(algorithm) if algorithm.family() != AlgorithmFamily::Hmac => algorithms.push(algorithm),
            Some(_) => fields.fault(
                "algorithms",
                format!("{name:?} signs with a secret that both sides know: whoever verifies could forge"),
            ),
            None => fields.fault(
                "algorithms",
                format!("{name:?} is not one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA"),
            ),
        }
    }
    Some(algorithms)
}

//! What tokens and answers tell of somebody.

use ring::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

use crate::draft::{Draft, Signer};
use crate::key::Algorithm;
use crate::people::Person;
use crate::profile::{Audience, ClaimValue, GroupShape, Groups, Nonce, Place};
use crate::world::{Consent, State, World, number};

/// The ID token of a grant (OpenID Connect Core 1.0 §2).
pub(crate) fn id_token(world: &World, state: &State, consent: &Consent) -> Draft {
    let (profile, now, client) = (&world.profile, world.now(), &consent.client.id);
    let mut claims = personal(world, state, consent, Place::IdToken);
    let mut put = |name: &str, value: Value| _ = claims.insert(name.to_owned(), value);
    put("iss", json!(world.issuer()));
    put("sub", json!(world.subject(profile.subject, &consent.login, client)));
    put(
        "aud",
        match profile.audience {
            Audience::Text => json!(client),
            Audience::List => json!([client]),
            Audience::Strangers => json!([client, "328120847263170562", "328120901234567890", "328120847263100000"]),
        },
    );
    put("iat", json!(now));
    put("exp", json!(now + profile.id_token_life));
    put("auth_time", json!(consent.signed_in));
    if profile.authorized_party {
        put("azp", json!(client));
    }
    if profile.session_id {
        put("sid", json!(consent.sid));
    }
    match (profile.nonce, &consent.nonce) {
        (Nonce::Echoed, Some(nonce)) => put("nonce", json!(nonce)),
        (Nonce::Empty, _) => put("nonce", json!("")),
        _ => {}
    }
    let mut draft = Draft::new(claims, profile.kind);
    if profile.algorithm == Algorithm::Hs256 {
        draft.signer = Signer::Secret(consent.client.secret.clone().into_bytes());
    }
    draft
}

/// The userinfo answer of a grant (OpenID Connect Core 1.0 §5.3.2).
pub(crate) fn userinfo(world: &World, state: &State, consent: &Consent) -> Map<String, Value> {
    let mut claims = personal(world, state, consent, Place::Userinfo);
    let subject = world.subject(world.profile.userinfo_subject, &consent.login, &consent.client.id);
    claims.insert("sub".to_owned(), json!(subject));
    claims
}

/// What the profile tells in this place to somebody with these scopes.
fn personal(world: &World, state: &State, consent: &Consent, place: Place) -> Map<String, Value> {
    let mut claims = Map::new();
    let Some(person) = state.person(&consent.login) else {
        return claims;
    };
    let has = |scope: &str| scope.is_empty() || consent.scopes.iter().any(|consent| consent == scope);
    for claim in &world.profile.claims {
        if claim.place.is_in(place)
            && has(claim.scope)
            && let Some(value) = value_of(claim.value, person)
        {
            claims.insert(claim.name.to_owned(), value);
        }
    }
    for groups in &world.profile.groups {
        if groups.place.is_in(place) && has(groups.scope) {
            add_groups(&mut claims, groups, person);
        }
    }
    claims
}

fn value_of(value: ClaimValue, person: &Person) -> Option<Value> {
    Some(match value {
        ClaimValue::Name => json!(person.name),
        ClaimValue::Login => json!(person.login),
        ClaimValue::LoginAt(domain) => json!(format!("{}@{domain}", person.login)),
        ClaimValue::Email => json!(person.email.as_ref()?),
        ClaimValue::EmailVerified => json!(person.email.as_ref().map(|_| person.email_verified)?),
        ClaimValue::EmailNeverVerified => json!(person.email.as_ref().map(|_| false)?),
        ClaimValue::Number => json!(number(&person.login)),
        ClaimValue::Text(text) => json!(text),
    })
}

/// The id without meaning under which providers with [`GroupShape::Ids`] tell a group: in the form of a GUID.
#[must_use]
pub fn opaque_group(name: &str) -> String {
    let hash = hex::encode(digest(&SHA256, name.as_bytes()).as_ref());
    format!(
        "{}-{}-4{}-8{}-{}",
        &hash[..8],
        &hash[8..12],
        &hash[12..15],
        &hash[15..18],
        &hash[18..30]
    )
}

fn add_groups(claims: &mut Map<String, Value>, groups: &Groups, person: &Person) {
    let names = &person.groups;
    let Some((last, parents)) = groups.path.split_last() else {
        return;
    };
    if names.len() > groups.most {
        // https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference#groups-overage-claim
        let address = format!(
            "https://graph.demo.example/v1.0/users/{}/getMemberObjects",
            person.login
        );
        claims.insert("_claim_names".to_owned(), json!({ *last: "src1" }));
        claims.insert("_claim_sources".to_owned(), json!({"src1": {"endpoint": address}}));
        return;
    }
    let value = match groups.shape {
        GroupShape::List => json!(names),
        GroupShape::Prefixed(prefix) => {
            json!(names.iter().map(|name| format!("{prefix}{name}")).collect::<Vec<_>>())
        }
        GroupShape::Ids => json!(names.iter().map(|name| opaque_group(name)).collect::<Vec<_>>()),
        GroupShape::Objects(field) => {
            let object = |name: &String| json!({field: name, "id": opaque_group(name)});
            json!(names.iter().map(object).collect::<Vec<_>>())
        }
        GroupShape::JsonText => json!(json!(names).to_string()),
        GroupShape::Keys | GroupShape::BareString if names.is_empty() => return,
        GroupShape::Keys => {
            let role = |name: &String| (name.clone(), json!({"328120847263100001": "demo.zitadel.example"}));
            Value::Object(names.iter().map(role).collect())
        }
        GroupShape::BareString => match names.as_slice() {
            [one] => json!(one),
            several => json!(several),
        },
    };
    let mut at = claims;
    for parent in parents {
        let inner = at.entry(*parent).or_insert_with(|| json!({}));
        let Value::Object(inner) = inner else {
            return;
        };
        at = inner;
    }
    at.insert((*last).to_owned(), value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivered(path: &'static [&'static str], shape: GroupShape, most: usize, names: &[&str]) -> Value {
        let mut claims = Map::new();
        let groups = Groups {
            shape,
            most,
            ..Groups::list(path)
        };
        add_groups(&mut claims, &groups, &Person::new("lin", "林", names));
        Value::Object(claims)
    }

    #[test]
    fn groups_come_in_every_shape() {
        let most = usize::MAX;
        let two = &["运维,夜班", "ops"];
        assert_eq!(
            delivered(&["g"], GroupShape::List, most, two),
            json!({"g": ["运维,夜班", "ops"]})
        );
        assert_eq!(
            delivered(&["realm", "roles"], GroupShape::Prefixed("/"), most, two),
            json!({"realm": {"roles": ["/运维,夜班", "/ops"]}})
        );
        assert_eq!(
            delivered(&["g"], GroupShape::Ids, most, &["a"]),
            json!({"g": [opaque_group("a")]})
        );
        assert_eq!(
            delivered(&["g"], GroupShape::Objects("name"), most, &["a"])["g"][0]["name"],
            json!("a")
        );
        assert_eq!(
            delivered(&["g"], GroupShape::JsonText, most, two),
            json!({"g": "[\"运维,夜班\",\"ops\"]"})
        );
        assert!(delivered(&["g"], GroupShape::Keys, most, two)["g"]["ops"].is_object());
        assert_eq!(delivered(&["g"], GroupShape::Keys, most, &[]), json!({}));
        assert_eq!(
            delivered(&["g"], GroupShape::BareString, most, &["a"]),
            json!({"g": "a"})
        );
        assert_eq!(
            delivered(&["g"], GroupShape::BareString, most, &["a", "b"]),
            json!({"g": ["a", "b"]})
        );
        let overage = delivered(&["groups"], GroupShape::Ids, 1, two);
        assert_eq!(overage["_claim_names"], json!({"groups": "src1"}));
        assert!(overage["_claim_sources"]["src1"]["endpoint"].is_string() && overage["groups"].is_null());
    }
}

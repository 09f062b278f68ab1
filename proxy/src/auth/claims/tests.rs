use super::groups::{GroupsFault, MOST};
use super::*;
use proptest::prelude::*;
use serde_json::json;

fn claims(value: Value) -> Claims {
    let Value::Object(claims) = value else {
        panic!("{value} is no object")
    };
    claims
}

fn names(groups: Claim, shape: &str) -> ClaimNames {
    ClaimNames {
        user: ["email", "preferred_username", "sub"].map(Claim::named).into(),
        name: ["name", "preferred_username"].map(Claim::named).into(),
        groups: Some(groups),
        shape: shape.parse().unwrap(),
    }
}

/// What becomes of groups that a provider delivers.
fn groups(shape: &str, delivered: &Value) -> Result<Said, String> {
    let read = names(Claim::named("groups"), shape).read(&claims(json!({ "groups": delivered })));
    read.map_err(|error| error.to_string())
}

#[test]
fn groups_come_in_many_shapes() {
    let long = "g".repeat(LONGEST);
    for (shape, delivered, expected) in [
        ("list", json!(["sre", "dev"]), vec!["sre", "dev"]),
        ("list", json!([]), vec![]),
        ("list", json!("sre"), vec!["sre"]),
        ("list", json!("sre,dev ops"), vec!["sre,dev ops"]),
        (
            "list",
            json!(["运维,华东", " /ops/night "]),
            vec!["运维,华东", " /ops/night "],
        ),
        (
            "list",
            json!([1, 18_446_744_073_709_551_615_u64, -3]),
            vec!["1", "18446744073709551615", "-3"],
        ),
        ("list", json!(7), vec!["7"]),
        ("list", json!(""), vec![]),
        ("list", json!([long]), vec![long.as_str()]),
        ("list", json!("[ops] team"), vec!["[ops] team"]),
        (
            "keys",
            json!({"admin": {"2": "zitadel.example"}, "viewer": {}}),
            vec!["admin", "viewer"],
        ),
        ("keys", json!({"admin": false}), vec!["admin"]),
        ("keys", json!({}), vec![]),
        (
            "field:name",
            json!([{"name": "a", "id": 1}, {"id": 2, "name": "b"}]),
            vec!["a", "b"],
        ),
        ("field:id", json!([{"id": 1}]), vec!["1"]),
        ("field:name", json!({"name": "a"}), vec!["a"]),
    ] {
        let said = groups(shape, &delivered).unwrap();
        assert_eq!(said.groups, expected, "{shape} {delivered}");
        assert_eq!(said.remarks, [], "{shape} {delivered}");
    }
}

#[test]
fn what_does_not_have_the_shape_is_refused_in_words_that_help() {
    let many = vec!["g"; MOST + 1];
    for (shape, delivered, words) in [
        ("list", json!({"admin": {"2": "x"}}), "\"keys\""),
        ("list", json!({"admin": false}), "\"keys\""),
        (
            "list",
            json!([{"displayName": "a", "id": 1}]),
            "\"field:NAME\" with the member that is the group's name (there are: displayName, id)",
        ),
        ("list", json!(["a", true]), "true or false where"),
        ("list", json!(true), "true or false where"),
        ("list", json!(["a", null]), "null where"),
        ("list", json!(["a", ["b"]]), "a list where"),
        ("list", json!([1.5]), "not whole"),
        ("list", json!([1e30]), "not whole"),
        ("list", json!(["g".repeat(LONGEST + 1)]), "257 bytes"),
        ("list", json!(many), "10001 entries"),
        ("keys", json!(["a"]), "is a list where an object belongs"),
        ("keys", json!("a"), "is a text where an object belongs"),
        ("field:name", json!(["a"]), "holds a text where objects belong"),
        (
            "field:name",
            json!([{"id": 1, "label": "x"}]),
            "without the member `name` (there are: id, label)",
        ),
        (
            "field:name",
            json!([{"name": {"zh": "x"}}]),
            "an object where a group's name belongs",
        ),
        ("field:name", json!([{"name": null}]), "null where"),
    ] {
        let told = groups(shape, &delivered).unwrap_err();
        assert!(told.starts_with("the claim `groups` of the groups "), "{told}");
        assert!(told.contains(words), "{shape} {delivered}: {told}");
    }
}

#[test]
fn json_within_a_text_is_explained_and_never_parsed() {
    for delivered in ["[\"admin\"]", " {\"admin\":1}", "[]"] {
        for shape in ["list", "keys", "field:name"] {
            let said = groups(shape, &json!(delivered)).unwrap();
            assert_eq!(said.groups, Vec::<String>::new());
            assert_eq!(
                said.remarks,
                [Remark::JsonInText(Claim::named("groups"))],
                "{shape} {delivered}"
            );
        }
    }
}

#[test]
fn groups_that_are_not_delivered_are_none_and_say_so() {
    let missing = Remark::NoGroups(Claim::named("groups"));
    assert!(missing.to_string().contains("needs a mapper"));
    for token in [json!({}), json!({"groups": null}), json!({"Groups": ["sre"]})] {
        let said = names(Claim::named("groups"), "list").read(&claims(token)).unwrap();
        assert_eq!((said.groups.len(), said.remarks), (0, vec![missing.clone()]));
    }
    let nobody_asks = ClaimNames {
        groups: None,
        ..names(Claim::named("groups"), "list")
    };
    assert_eq!(
        nobody_asks.read(&claims(json!({"groups": true}))).unwrap(),
        Said::default()
    );
}

#[test]
fn groups_too_many_for_the_token_are_no_absence_of_groups() {
    let read = |claim: &str, token: Value| names(Claim::named(claim), "list").read(&claims(token));
    let overage =
        json!({"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "https://graph"}}});
    for token in [
        overage.clone(),
        json!({"hasgroups": true}),
        json!({"hasgroups": "true"}),
    ] {
        let Err(ClaimError::Groups { fault, .. }) = read("groups", token) else {
            panic!("taken")
        };
        assert_eq!(fault, GroupsFault::Elsewhere);
        assert!(fault.to_string().contains("app roles"));
    }
    // Another claim is not concerned, and neither are groups that are there all the same.
    let mut other = claims(overage);
    other.insert("roles".into(), json!(["sre"]));
    let other = Value::Object(other);
    assert_eq!(read("roles", other.clone()).unwrap().groups, ["sre"]);
    let filled = json!({"hasgroups": true, "groups": ["sre"]});
    assert_eq!(read("groups", filled).unwrap().groups, ["sre"]);
    assert!(read("groups", json!({"hasgroups": false})).is_ok());
}

#[test]
fn a_name_is_taken_as_it_stands_and_a_list_of_names_is_a_way() {
    let token = json!({
        "realm_access": {"roles": ["inner"]},
        "realm_access.roles": ["dotted"],
        "urn:zitadel:iam:org:project:roles": ["urn"],
        "https://example.com/groups": ["url"],
    });
    let at = |claim: Claim| names(claim, "list").read(&claims(token.clone())).unwrap().groups;
    assert_eq!(
        at(Claim::path(vec!["realm_access".into(), "roles".into()]).unwrap()),
        ["inner"]
    );
    for (name, group) in [
        ("realm_access.roles", "dotted"),
        ("urn:zitadel:iam:org:project:roles", "urn"),
        ("https://example.com/groups", "url"),
    ] {
        assert_eq!(at(Claim::named(name)), [group]);
    }
    for path in [
        vec!["realm_access", "roles", "0"],
        vec!["roles"],
        vec!["realm_access", "Roles"],
    ] {
        let path = Claim::path(path.into_iter().map(str::to_owned).collect()).unwrap();
        assert_eq!(at(path), Vec::<String>::new());
    }
    assert_eq!(Claim::path(Vec::new()), None);
}

#[test]
fn the_first_name_that_is_there_is_the_one_that_grants_may_use() {
    let read = |token: Value| names(Claim::named("groups"), "list").read(&claims(token)).unwrap();
    let users = |token: Value| read(token).users;
    assert_eq!(
        users(json!({"email": "ann@example.com", "preferred_username": "ann"})),
        ["ann@example.com"]
    );
    assert_eq!(
        users(json!({"email": " ", "preferred_username": "ann", "sub": "1"})),
        ["ann"]
    );
    assert_eq!(users(json!({"email": null, "sub": 20_031})), ["20031"]);
    assert_eq!(users(json!({})), Vec::<String>::new());
    for verified in [json!(true), json!("true"), json!(null)] {
        let token = json!({"email": "ann@example.com", "email_verified": verified});
        assert_eq!(users(token), ["ann@example.com"]);
    }
    for unverified in [json!(false), json!("false"), json!("False")] {
        let said = read(json!({"email": "ann@example.com", "email_verified": unverified, "groups": []}));
        assert_eq!((said.users, said.remarks), (vec![], vec![Remark::Unverified]));
        // What else the provider vouches for still holds.
        let said = read(json!({"email": "a@b", "email_verified": unverified, "sub": "1", "groups": []}));
        assert_eq!(
            (said.users, said.remarks),
            (vec!["1".to_owned()], vec![Remark::Unverified])
        );
    }
}

#[test]
fn a_user_that_is_no_name_is_refused_and_a_shown_name_passed_over() {
    let read = |token: Value| names(Claim::named("groups"), "list").read(&claims(token));
    for user in [
        json!(true),
        json!(["ann"]),
        json!({"value": "ann"}),
        json!(1.5),
        json!("a\nb"),
        json!("a".repeat(257)),
    ] {
        let told = read(json!({"email": user, "sub": "1"})).unwrap_err().to_string();
        assert!(told.starts_with("the claim `email` of the user is "), "{told}");
        let said = read(json!({"name": user, "preferred_username": "王芳"})).unwrap();
        assert_eq!(said.name.as_deref(), Some("王芳"));
    }
}

proptest! {
    #[test]
    fn texts_are_groups_to_the_byte(delivered in proptest::collection::vec("\\PC{1,20}", 0..20)) {
        prop_assert_eq!(&groups("list", &json!(delivered)).unwrap().groups, &delivered);
        let objects: Vec<Value> = delivered.iter().map(|name| json!({"n": name, "x": 1})).collect();
        prop_assert_eq!(&groups("field:n", &json!(objects)).unwrap().groups, &delivered);
        let object: Map<String, Value> = delivered.iter().map(|name| (name.clone(), Value::Bool(false))).collect();
        let keys: Vec<String> = object.keys().cloned().collect();
        prop_assert_eq!(&groups("keys", &Value::Object(object)).unwrap().groups, &keys);
    }

    /// Whatever is delivered, each group stands in it as a text, a whole number or a member's name.
    #[test]
    fn no_group_is_made_up(delivered in anything(), shape in prop_oneof![Just("list"), Just("keys"), Just("field:a")]) {
        if let Ok(said) = groups(shape, &delivered) {
            let mut there = Vec::new();
            gather(&delivered, &mut there);
            for group in &said.groups {
                prop_assert!(there.contains(group), "{} in {}", group, delivered);
                prop_assert!(group.len() <= LONGEST);
            }
        }
    }
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-c\\[\\]{}\",]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-c]{0,2}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn gather(value: &Value, there: &mut Vec<String>) {
    match value {
        Value::String(text) => there.push(text.clone()),
        Value::Number(number) => there.push(number.to_string()),
        Value::Array(entries) => entries.iter().for_each(|entry| gather(entry, there)),
        Value::Object(members) => {
            for (name, value) in members {
                there.push(name.clone());
                gather(value, there);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

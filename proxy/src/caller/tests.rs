mod apart;
mod crowd;

use super::*;
use crate::accounts::tests::account;
use crate::grants::{Grant, Holders, Pattern};
use catalog::Cloud;

fn settings() -> Settings {
    Settings {
        accounts: [Cloud::ALIBABA, Cloud::HUAWEI].map(account).map(Arc::new).into(),
        ..Settings::default()
    }
}

fn principal(groups: &[&str]) -> Principal {
    Principal {
        issuer: "https://idp".to_owned(),
        subject: "1".to_owned(),
        name: "Ann".to_owned(),
        users: vec!["ann@example.com".to_owned()],
        groups: groups.iter().map(|&group| group.to_owned()).collect(),
        expires: None,
    }
}

fn grant(group: &str, accounts: &str, tables: &str) -> Grant {
    Grant {
        holders: Holders::Named {
            groups: [group.to_owned()].into(),
            users: [].into(),
        },
        accounts: vec![Pattern::new(accounts)],
        tables: vec![Pattern::new(tables)],
    }
}

fn names(caller: &Caller, table: &str, choice: &Choice) -> Vec<String> {
    let targets = caller.targets(catalog::table(table).unwrap(), choice);
    let name = |target: &Target| [&target.account.id, target.source.id].join(" ");
    targets.iter().map(name).collect()
}

#[test]
fn everyone_sees_every_account_and_every_source_of_a_table() {
    let plans = catalog::table("plans").unwrap();
    let settings = settings();
    let caller = Caller::everyone(Arc::new(settings.clone()));
    assert_eq!(caller.accounts().count(), 2);
    assert_eq!(caller.tables().count(), catalog::tables().len());
    let all = Choice::default();
    assert_eq!(
        names(&caller, "plans", &all),
        ["alibaba-test alibaba.cs.operation-plans"]
    );

    // The settings say which sources there are, not the catalogue.
    let mut sources = settings.sources.clone();
    sources.extend(caller.sources(plans));
    let more = Caller::everyone(Arc::new(Settings { sources, ..settings }));
    assert_eq!(more.sources(plans).count(), 2);
    assert_eq!(names(&more, "plans", &all).len(), 2);
}

#[test]
fn what_is_not_granted_is_not_there() {
    let settings = Arc::new(Settings {
        grants: [grant("cn", "alibaba-*", "p*"), grant("hw", "huawei-test", "*")]
            .into_iter()
            .collect(),
        saved_views: [
            ("own", "/patches?missing=gt.0"),
            ("theirs", "/tickets"),
            ("of their account", "/patches?account=huawei-test"),
            ("of all time", "/timeline"),
        ]
        .into_iter()
        .map(|(name, address)| SavedView::at(name, address).unwrap())
        .collect(),
        contact: Some("platform@example.com".to_owned()),
        ..settings()
    });
    let caller = Caller::identified(Arc::clone(&settings), principal(&["cn"]));
    let ids: Vec<_> = caller.accounts().map(|account| account.id.as_str()).collect();
    assert_eq!(ids, ["alibaba-test"]);
    let tables: Vec<_> = caller.tables().map(|table| table.id).collect();
    assert_eq!(tables, ["plans", "patches", "plugins"]);
    let views: Vec<_> = caller.saved_views().map(|view| view.name.as_str()).collect();
    assert_eq!(views, ["own", "of all time"]);

    let all = Choice::default();
    assert!(!names(&caller, "patches", &all).is_empty());
    assert!(names(&caller, "tickets", &all).is_empty());
    let chosen = Choice {
        accounts: vec!["huawei-test".to_owned()],
        ..all.clone()
    };
    assert!(names(&caller, "operations", &chosen).is_empty());

    assert_eq!(caller.table("patches").unwrap().id, "patches");
    let denied = caller.table("tickets").unwrap_err().to_string();
    assert!(
        denied.contains("platform@example.com") && denied.contains("tickets"),
        "{denied}"
    );
    assert!(!denied.contains("huawei"), "{denied}");

    let stranger = Caller::identified(settings, principal(&["elsewhere"]));
    assert_eq!(stranger.accounts().count(), 0);
    assert_eq!(stranger.tables().count(), 0);
    assert_eq!(stranger.saved_views().count(), 1, "the timeline of nothing");
}

#[test]
fn a_grant_by_name_is_a_right_and_groups_that_no_grant_names_are_not_kept() {
    let by_name = Grant {
        holders: Holders::Named {
            groups: [].into(),
            users: ["ann@example.com".to_owned()].into(),
        },
        ..grant("", "alibaba-test", "plans")
    };
    let settings = Arc::new(Settings {
        grants: [by_name, grant("hw", "huawei-test", "tickets")].into_iter().collect(),
        public_url: Some("https://ops.example.com".to_owned()),
        ..settings()
    });
    let ann = Caller::identified(Arc::clone(&settings), principal(&["hw", "elsewhere"]));
    let tables: Vec<_> = ann.tables().map(|table| table.id).collect();
    assert_eq!(tables, ["plans", "tickets"]);
    assert_eq!(ann.session().groups, ["hw"]);
    assert_eq!(ann.principal().map(|principal| principal.subject.as_str()), Some("1"));
    let request = http::Request::new(()).into_parts().0;
    assert_eq!(ann.origin(&request), "https://ops.example.com");
    let namesake = Principal {
        users: vec!["ann@example.org".to_owned()],
        ..principal(&["hw"])
    };
    let namesake = Caller::identified(settings, namesake);
    assert_eq!(namesake.tables().map(|table| table.id).collect::<Vec<_>>(), ["tickets"]);
}

use super::*;
use crate::credentials::tests::{Scripted, keys};
use futures_util::FutureExt;

fn chain(links: &[(&'static str, &Arc<Scripted>)]) -> Chain {
    let link = |&(name, issuer): &(&'static str, &Arc<Scripted>)| {
        let issuer: Arc<dyn Issuer> = Arc::<Scripted>::clone(issuer);
        Link { name, issuer }
    };
    Chain::new(links.iter().map(link).collect())
}

#[test]
fn the_first_that_has_keys_is_taken_and_those_behind_it_are_not_asked() {
    let [none, has, behind] = [
        Scripted::new(|_| Err(IssuerError::new("X is not set"))),
        Scripted::new(|number| match number {
            2 => Err(IssuerError::new("gone").privately("why")),
            _ => Ok(keys(number, None)),
        }),
        Scripted::new(|number| Ok(keys(number, None))),
    ];
    let chain = chain(&[("environment", &none), ("profile", &has), ("metadata", &behind)]);
    assert!(!chain.changed().now_or_never().unwrap());
    let issue = || chain.issue().now_or_never().unwrap();
    assert_eq!(issue().unwrap().keys.id, "id-1");
    has.change(true);
    assert!(chain.changed().now_or_never().unwrap());
    // The one that had keys is asked from then on, and no other takes its place.
    let error = issue().unwrap_err();
    assert_eq!(
        (error.message.as_str(), error.private.as_deref()),
        ("profile: gone", Some("why"))
    );
    assert_eq!(issue().unwrap().keys.id, "id-3");
    assert_eq!((none.asked(), has.asked(), behind.asked()), (1, 3, 0));
}

#[test]
fn where_nobody_has_keys_every_reason_is_told() {
    let one = Scripted::new(|_| Err(IssuerError::new("X is not set")));
    let two = Scripted::new(|_| Err(IssuerError::new("cannot read F").privately("os error 2")));
    let error = chain(&[("environment", &one), ("profile", &two)]);
    let error = error.issue().now_or_never().unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "there are no keys anywhere: environment: X is not set; profile: cannot read F (profile: os error 2)"
    );
    assert!(error.advice.is_some());
}

//! The URL grammar: canonical form, what is not understood, edits.
#![expect(clippy::unwrap_used, reason = "a helper may fail its test")]

use signalbox_view::{Since, View};
use values::Clock;

fn parse(table: &str, query: &str) -> View {
    View::parse(catalog::table(table).unwrap(), query)
}

/// The items that are not understood.
fn struck(view: &View) -> Vec<String> {
    let items = view.items().into_iter().filter(|item| !item.understood);
    items.map(|item| item.param).collect()
}

#[test]
fn canonical_form() {
    for (table, query, canonical) in [
        ("plans", "", ""),
        ("plans", "?", ""),
        ("plans", "&&", ""),
        (
            "plans",
            "?start=now..24h&state=Scheduled",
            "state=Scheduled&start=now..24h",
        ),
        (
            "patches",
            "account=prod-cn,prod-intl&region=not.cn-beijing&missing=gt.0&instance=has.web&end=-24h..&sort=-missing,instance&cols=instance,missing,region&row=a/b/c/d",
            "account=prod-cn,prod-intl&region=not.cn-beijing&instance=has.web&missing=gt.0&end=-24h..&row=a/b/c/d&sort=-missing,instance&cols=instance,missing,region",
        ),
        // Values and repeats of a field sort; exact repeats collapse.
        ("plans", "state=b,a,b&state=not.c&state=a,b", "state=a,b&state=not.c"),
        // However it was encoded.
        ("plans", "%73tate=%41%2Cb+c%20d", "state=A,b%20c%20d"),
        ("plans", "state=中", "state=%E4%B8%AD"),
        ("plans", "state=100%&type=%ff", "type=%25ff&state=100%25"),
        // Free text.
        ("plans", "q=+a++b%09&q=c&q=", "q=a%20b%20c"),
        ("plans", "q=%20", ""),
        // Defaults are left out.
        ("plans", "sort=-start", ""),
        ("plans", "sort=start", "sort=start"),
        ("plans", "sort=", ""),
        ("patches", "sort=-failed,-missing,instance", ""),
        ("patches", "sort=-failed&sort=-missing", "sort=-failed,-missing"),
        (
            "operations",
            "cols=state,stack_set,action,created,updated,message,account,region,id",
            "",
        ),
        ("operations", "cols=state&cols=id,state", "cols=state,id"),
        // What is not understood stays.
        (
            "plans",
            "zeta=1&alpha&beta=&alpha=2&zeta=1",
            "alpha&alpha=2&beta&zeta=1",
        ),
        ("plans", "State=x", "State=x"),
        ("plans", "state", "state"),
        ("plans", "start=gt.~,&start=soon", "start=gt.~,&start=soon"),
        (
            "plans",
            "view=team&group=a&since=-1d&q=x&zz=1&row=r&tz=UTC",
            "zz=1&q=x&tz=UTC&view=team&row=r&group=a&since=-1d",
        ),
        ("plans", "sort=foo,-start", "sort=foo"),
        ("plans", "sort=start,foo,-end,id,task", "sort=start,-end,id,foo,task"),
        ("plans", "sort=start,-start", "sort=start,-start"),
        ("plans", "sort=-start,end,-id,start", "sort=-start,end,-id,start"),
        (
            "patches",
            "sort=-failed,-missing,instance,end",
            "sort=-failed,-missing,instance,end",
        ),
        ("plans", "cols=foo,state,bar,foo", "cols=state,bar,foo"),
        // Groups: a set of columns, behind the conditions.
        (
            "plans",
            "by=cluster&start=now..&sort=end",
            "start=now..&by=cluster&sort=end",
        ),
        ("plans", "by=region,account", "by=account,region"),
        ("plans", "by=region&by=account,region", "by=account,region"),
        ("plans", "by=cluster,nope,account&q=x", "q=x&by=account,cluster,nope"),
        ("plans", "by=type,state,id,end,account", "by=id,type,state,account,end"),
        ("plans", "by=", ""),
        ("plans", "by", "by"),
        (
            "patches",
            "by=group&group=a&sort=-count",
            "group=a&by=group&sort=-count",
        ),
        (
            "patches",
            "sort=-missing,count,failed,installed&by=group",
            "by=group&sort=-missing,count,failed,installed",
        ),
        ("plans", "sort=-count,start", "sort=start,-count"),
        // Zones and rows: the first counts.
        ("plans", "tz=+08:00", "tz=%2B08:00"),
        ("plans", "tz=%2B00:00", "tz=UTC"),
        (
            "plans",
            "tz=Mars&tz=UTC&tz=Asia/Tokyo&tz=UTC",
            "tz=UTC&tz=Asia/Tokyo&tz=Mars",
        ),
        (
            "plans",
            "tz=America/Argentina/Buenos_Aires",
            "tz=America/Argentina/Buenos_Aires",
        ),
        ("plans", "tz=", "tz"),
        // The last character is none that a chat takes for the end of a sentence.
        ("plans", "start=-24h..", "start=-24h.%2E"),
        ("plans", "q=web-", "q=web%2D"),
        ("plans", "state=has.", "state=has%2E"),
        ("plans", "row=a/&q=b~", "q=b~&row=a%2F"),
        ("plans", "flag,", "flag%2C"),
        ("plans", "=", ""),
        ("plans", "row=b&row=a&row=&row=b", "row=b&row=a"),
    ] {
        assert_eq!(parse(table, query).to_query(), canonical, "{query}");
    }
}

#[test]
fn what_is_not_understood_is_struck() {
    let view = parse(
        "plans",
        "state=x&start=soon&foo=bar&flag&view=team&view=b&group=g&since=s&since=now&sort=-start,foo&cols=id,nope&tz=Mars&row=a&row=b&q=text",
    );
    assert_eq!(
        struck(&view),
        [
            "start=soon",
            "flag",
            "foo=bar",
            "tz=Mars",
            "view=b",
            "row=b",
            "group=g",
            "since=s",
            "sort=foo",
            "cols=nope"
        ]
    );
    assert_eq!(view.items()[0].param, "state=x");
    for item in view.items() {
        let without = view.without(&item.param);
        assert_eq!(without.items().len(), view.items().len() - 1, "{}", item.param);
        assert!(!without.items().contains(&item), "{}", item.param);
    }
    let cleared = view.cleared();
    assert_eq!(cleared.to_query(), "view=team&row=a&cols=id");
}

#[test]
fn a_value_in_several_lists_is_unticked_in_all() {
    let view = parse("plans", "state=a,b&state=a&state=c");
    let state = view.table.index("state").unwrap();
    assert!(view.ticked(state, "a"));
    let without = view.toggle(state, "a");
    assert!(!without.ticked(state, "a"));
    assert_eq!(without.to_query(), "state=b&state=c");
    assert_eq!(without.toggle(state, "d").to_query(), "state=b,d&state=c");
}

#[test]
fn what_rows_cannot_be_grouped_by_is_struck() {
    let view = parse("plans", "by=cluster,nope,state,type,end&sort=-count&cols=id,state");
    let at = |id: &str| view.table.index(id).unwrap();
    assert_eq!(view.by, [at("cluster"), at("type"), at("state")]);
    assert_eq!(view.shown_cols(), [at("cluster"), at("type"), at("state"), at("id")]);
    assert_eq!(struck(&view), ["by=end", "by=nope"]);
    assert_eq!(
        view.without("by=end").to_query(),
        "by=cluster,type,state,nope&sort=-count&cols=id,state"
    );
    assert_eq!(
        view.cleared().to_query(),
        "by=cluster,type,state&sort=-count&cols=id,state"
    );
    assert_eq!(struck(&parse("plans", "sort=-count,start")), ["sort=-count"]);
}

#[test]
fn groups_come_and_go() {
    let view = parse("plans", "state=x&sort=start,-count,end,-id");
    let at = |id: &str| view.table.index(id).unwrap();
    // The order by count was there all along, but its place is taken by now.
    let three = view.with_by(&[at("region"), 999, at("account"), at("region")]);
    assert_eq!(three.to_query(), "state=x&by=account,region&sort=start,end,-id,-count");
    let grouped = parse("plans", "sort=-count,start,zz").with_by(&[at("cluster")]);
    assert_eq!(grouped.to_query(), "by=cluster&sort=start,-count,zz");
    assert_eq!(grouped.with_by(&[]).to_query(), "sort=start,zz");
    let full = parse("plans", "by=cluster&sort=-count,start,end,id");
    assert_eq!(full.with_by(&[]).to_query(), "sort=start,end");
    assert_eq!(full.most_first().to_query(), "by=cluster&sort=-count");
    assert_eq!(view.most_first(), view);
    let many = view.with_by(&[at("id"), at("type"), at("state"), at("end")]);
    assert_eq!(many.by.len(), 3);
    assert_eq!(
        parse("plans", "by=nope,end,id,type,state").with_by(&[0]).to_query(),
        "by=cloud,nope"
    );
}

#[test]
fn a_group_is_conditions() {
    let view = parse(
        "patches",
        "group=a,b&instance=pre.i&missing=soon&by=group,missing&row=x&sort=-count,instance",
    );
    assert_eq!(view.group_query(&["a", "3"]), "group=a&missing=3");
    assert_eq!(view.group_query(&["", "n/a"]), "group=is.empty&missing=has.n/a");
    assert_eq!(view.group_query(&["中,x", ""]), "group=%E4%B8%AD~,x&missing=is.empty");
    // What was not understood stays.
    assert_eq!(
        view.of_group(&["a", "3"]).to_query(),
        "instance=pre.i&group=a&missing=3&missing=soon&sort=instance"
    );
    // A row has several tags: one says nothing of the others.
    let tags = parse("tickets", "tags=a,b&tags=pre.c&by=tags,state");
    assert_eq!(
        tags.of_group(&["Failed", "c1"]).to_query(),
        "state=Failed&tags=a,b&tags=c1&tags=pre.c"
    );
}

#[test]
fn since_is_a_condition_and_a_saved_view_is_a_name() {
    let view = parse("plans", "since=last&view=%20our%20plans&state=x");
    assert_eq!(
        (view.since, view.name.as_deref()),
        (Some(Since::Last), Some("our plans"))
    );
    let item = |param: &str| view.items().into_iter().find(|item| item.param == param).unwrap();
    assert!(item("since=last").understood);
    assert_eq!(view.items().len(), 2);
    assert_eq!(view.without("since=last").to_query(), "state=x&view=our%20plans");
    assert_eq!(view.with_name(None).to_query(), "state=x&since=last");
    assert_eq!(
        view.with_name(Some("")).with_since(Some("0h")).to_query(),
        "state=x&since=now"
    );
    assert_eq!(view.with_since(Some("soon")), view);
    let broken = parse("plans", "since=soon");
    assert_eq!(
        (struck(&broken), broken.with_since(None).to_query()),
        (vec!["since=soon".to_owned()], String::new())
    );
    assert_eq!(broken.with_since(Some("2026-11-22")).to_query(), "since=2026-11-22");
    assert_eq!(view.cleared().to_query(), "view=our%20plans");
}

#[test]
fn a_frozen_view_means_the_same_tomorrow() {
    let clock = Clock::utc(1_795_316_400_000);
    for (query, frozen) in [
        (
            "start=now..24h&q=x",
            "start=2026-11-22T03:00:00Z..2026-11-23T03:00:00Z&q=x",
        ),
        ("start=-1h..&end=is.empty", "start=2026-11-22T02:00:00Z..&end=is.empty"),
        ("start=2026-11-22", "start=2026-11-22T00:00:00Z"),
        ("start=2026-11-22&tz=local", "start=2026-11-22T00:00:00Z&tz=local"),
        // A date in the view's own zone is the same day for everyone.
        (
            "start=2026-11-22..now&tz=%2B08:00",
            "start=2026-11-22..2026-11-22T03:00:00Z&tz=%2B08:00",
        ),
        (
            "start=gt.-1d,now&since=-1d",
            "start=gt.2026-11-21T03:00:00Z,2026-11-22T03:00:00Z&since=2026-11-21T03:00:00Z",
        ),
        ("since=last&state=not.a", "state=not.a&since=last"),
        ("start=soon", "start=soon"),
    ] {
        let view = parse("plans", query).frozen(&clock);
        assert_eq!(view.to_query(), frozen, "{query}");
        assert_eq!(view.frozen(&Clock::utc(0)), view, "{query}");
        assert!(!view.relative());
    }
}

#[test]
fn cells_narrow_the_view() {
    let table = catalog::table("patches").unwrap();
    let at = |id: &str| table.index(id).unwrap();
    let view = View::new(table);
    assert_eq!(view.only(at("group"), "a,b").to_query(), "group=a~,b");
    assert_eq!(view.only(at("group"), "not.a").to_query(), "group=not~.a");
    assert_eq!(view.only(at("group"), "").to_query(), "group=is.empty");
    assert_eq!(view.only(at("missing"), "07").to_query(), "missing=7");
    assert_eq!(view.only(at("missing"), "n/a").to_query(), "missing=has.n/a");
    assert_eq!(view.exclude(at("missing"), "n/a").to_query(), "missing=nothas.n/a");
    assert_eq!(
        parse("patches", "group=has.x&group=not.y&owner=o")
            .only(at("group"), "a")
            .to_query(),
        "group=a&owner=o"
    );

    let view = view.exclude(at("group"), "b").exclude(at("group"), "a");
    assert_eq!(view.to_query(), "group=not.a,b");
    assert_eq!(view.exclude(at("group"), "a"), view);
    assert_eq!(view.exclude(at("group"), "").to_query(), "group=is.set&group=not.a,b");
    assert_eq!(
        view.with_condition(at("missing"), "gt.0").to_query(),
        "group=not.a,b&missing=gt.0"
    );
}

#[test]
fn facets_tick_and_untick() {
    let table = catalog::table("patches").unwrap();
    let group = table.index("group").unwrap();
    let view = parse("patches", "group=has.x");
    assert!(!view.ticked(group, "a"));
    let one = view.toggle(group, "a");
    assert_eq!(one.to_query(), "group=a&group=has.x");
    let two = one.toggle(group, "").toggle(group, "gt.1");
    assert_eq!(two.to_query(), "group=,a,gt.1&group=has.x");
    for (value, ticked) in [("", true), ("a", true), ("gt.1", true), ("A", false)] {
        assert_eq!(two.ticked(group, value), ticked, "{value}");
    }
    assert_eq!(two.toggle(group, "gt.1").toggle(group, ""), one);
    assert_eq!(one.toggle(group, "a"), view);
    let empty = View::new(table).toggle(group, "");
    assert_eq!(empty.to_query(), "group=is.empty");
    assert!(empty.ticked(group, ""));
    assert_eq!(empty.toggle(group, "b").to_query(), "group=,b");
    assert_eq!(empty.toggle(group, ""), View::new(table));

    let missing = table.index("missing").unwrap();
    let odd = View::new(table).toggle(missing, "n/a");
    assert!(odd.ticked(missing, "n/a"));
    assert_eq!(odd.toggle(missing, "n/a"), View::new(table));
}

#[test]
fn a_value_is_wanted_unwanted_or_neither() {
    let table = catalog::table("patches").unwrap();
    let at = |id: &str| table.index(id).unwrap();
    let group = at("group");
    let out = View::new(table).toggle_excluded(group, "a");
    assert_eq!(out.to_query(), "group=not.a");
    assert!(out.excludes(group, "a") && !out.excludes(group, "b") && !out.ticked(group, "a"));
    assert_eq!(out.toggle_excluded(group, "b").to_query(), "group=not.a,b");
    assert_eq!(out.toggle_excluded(group, "a"), View::new(table));
    // One click from one to the other, and none of both at once.
    let wanted = out.toggle(group, "a");
    assert_eq!(wanted.to_query(), "group=a");
    assert_eq!(wanted.toggle_excluded(group, "a"), out);
    assert_eq!(out.only(group, "a").to_query(), "group=a");
    assert_eq!(
        wanted.toggle(group, "b").exclude(group, "a").to_query(),
        "group=b&group=not.a"
    );
    for (column, value, excluded) in [
        ("group", "", "group=is.set"),
        ("group", "not.x", "group=not.not.x"),
        ("missing", "07", "missing=not.7"),
        ("missing", "n/a", "missing=nothas.n/a"),
    ] {
        let out = View::new(table).toggle_excluded(at(column), value);
        assert_eq!(out.to_query(), excluded);
        assert!(out.excludes(at(column), value));
        assert_eq!(out.toggle_excluded(at(column), value), View::new(table));
    }
    let lists = parse("patches", "group=not.a,b&group=not.a&group=is.set");
    assert_eq!(lists.chosen(group), ["", "a", "a", "b"]);
    assert_eq!(lists.toggle_excluded(group, "a").to_query(), "group=is.set&group=not.b");
}

#[test]
fn headings_sort() {
    let table = catalog::table("plans").unwrap();
    let at = |id: &str| table.index(id).unwrap();
    let view = View::new(table);
    let asc = view.sorted_by(at("state"), false);
    assert_eq!(asc.to_query(), "sort=state");
    let desc = asc.sorted_by(at("state"), false);
    assert_eq!(desc.to_query(), "sort=-state");
    assert_eq!(desc.sorted_by(at("state"), false), view);
    // The table's own order is -start.
    assert_eq!(view.sorted_by(at("start"), false).to_query(), "sort=start");
    assert_eq!(view.sorted_by(at("start"), false).sorted_by(at("start"), false), view);

    // The largest number and the latest time are what people look for.
    let patches = View::new(catalog::table("patches").unwrap());
    let missing = patches.table.index("missing").unwrap();
    let largest = patches.sorted_by(missing, false);
    assert_eq!(largest.to_query(), "sort=-missing");
    assert_eq!(largest.sorted_by(missing, false).to_query(), "sort=missing");
    assert_eq!(largest.sorted_by(missing, false).sorted_by(missing, false), patches);

    let two = view.sorted_by(at("state"), true);
    assert_eq!(two.to_query(), "sort=-start,state");
    assert_eq!(two.sorted_by(at("state"), true).to_query(), "sort=-start,-state");
    assert_eq!(two.sorted_by(at("state"), true).sorted_by(at("state"), true), view);
    let turned = two.sorted_by(at("start"), true);
    assert_eq!(turned.to_query(), "sort=start,state");
    assert_eq!(turned.sorted_by(at("start"), true).to_query(), "sort=state");
    assert_eq!(view.sorted_by(at("start"), true).to_query(), "sort=start");
    let four = two.sorted_by(at("id"), true).sorted_by(at("end"), true);
    assert_eq!(four.to_query(), "sort=-start,state,-end");
    let turned = two.sorted_by(at("end"), true).sorted_by(at("end"), true);
    assert_eq!(turned.to_query(), "sort=-start,state,end");
    assert_eq!(turned.sorted_by(at("end"), true), two);
    assert_eq!(two.sorted_by(at("id"), false).to_query(), "sort=id");
    // Known columns beyond the third do not slip in.
    assert_eq!(
        parse("plans", "sort=id,state,end,task,foo")
            .sorted_by(at("id"), false)
            .to_query(),
        "sort=id,foo"
    );

    // A table whose order begins upwards.
    let table = catalog::table("plugins").unwrap();
    let one = View::parse(table, "sort=version");
    assert_eq!(
        one.sorted_by(table.index("version").unwrap(), false).to_query(),
        "sort=-version"
    );
}

#[test]
fn columns_zone_and_row() {
    let table = catalog::table("plans").unwrap();
    let view = View::new(table);
    let shown = view.effective_cols();
    assert_eq!(shown.len(), table.shown.len());
    let id = table.index("id").unwrap();
    assert_eq!(view.with_cols(&[id, 0, id, 999]).to_query(), "cols=id,cloud");
    assert_eq!(view.with_cols(&[id]).with_cols(&shown), view);
    assert_eq!(view.with_cols(&[id]).with_cols(&[]), view);
    assert_eq!(view.with_tz(Some("Asia/Shanghai")).to_query(), "tz=Asia/Shanghai");
    assert_eq!(view.with_tz(Some("Mars")), view);
    assert_eq!(parse("plans", "tz=Mars").with_tz(Some("UTC")).to_query(), "tz=UTC");
    assert_eq!(parse("plans", "tz=Mars&tz=UTC").with_tz(None), view);
    assert_eq!(view.with_row(Some("a/b&c")).to_query(), "row=a/b%26c");
    assert_eq!(view.with_row(Some("x")).with_row(Some("")), view);
    assert_eq!(view.with_q("  a   b ").to_query(), "q=a%20b");
    assert!(parse("plans", "start=-1h..").relative());
    assert!(parse("plans", "start=gt.now").relative());
    assert!(!parse("plans", "start=2026-11-22..&state=now&q=now").relative());
}

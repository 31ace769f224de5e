//! What is a whole directory, and what only looks like one.

use super::directory::{FOLD_AT, ldif};
use super::testing::Memory;
use super::*;
use crate::model::DirectoryList;
use jiff::Timestamp;
use std::time::Duration;

type Answer<'a> = Box<dyn FnMut(&Search<'_>) -> Result<Page, Trouble> + 'a>;

struct Server<'a> {
    answer: Answer<'a>,
    asked: Vec<(Vec<String>, Option<Vec<u8>>)>,
    waited: u32,
}

impl Directory for Server<'_> {
    fn sign_in(&mut self) -> Result<(), Trouble> {
        Ok(())
    }
    fn search(&mut self, search: &Search<'_>) -> Result<Page, Trouble> {
        self.asked.push((search.attributes.to_vec(), search.page.map(|(_, cookie)| cookie.to_vec())));
        (self.answer)(search)
    }
    fn came(&mut self, _: &str) {}
    fn wait(&mut self, _: Duration, _: &str) {
        self.waited += 1;
    }
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_795_000_000).unwrap()
    }
}

fn list() -> DirectoryList {
    DirectoryList {
        id: "ldap-people".into(),
        name: "people".into(),
        export: "ldap-inetorgperson".into(),
        filter: "(uid=*)".into(),
        attributes: vec!["uid".into(), "sn".into()],
        needs: vec!["sn".into()],
        page_size: 2,
        leaves_out: None,
        access: "an account".into(),
        sources: Vec::new(),
    }
}

fn person(n: u32) -> DirectoryEntry {
    let values = |text: &str| vec![text.as_bytes().to_vec()];
    DirectoryEntry {
        dn: format!("uid=P{n},dc=x"),
        attributes: vec![("uid".into(), values(&format!("p{n}"))), ("sn".into(), values("Ø"))],
    }
}

fn page(people: std::ops::Range<u32>, cookie: &str) -> Page {
    Page { entries: people.map(person).collect(), cookie: Some(cookie.into()), ..Page::default() }
}

/// How a pull of these answers ends: what is kept, and why it is not the whole list.
fn end<'a>(answer: impl FnMut(&Search<'_>) -> Result<Page, Trouble> + 'a) -> (Memory, Ended, Server<'a>) {
    let list = list();
    let source = DirectorySource {
        list: &list,
        host: "ldaps://ldap.lumen.example:636".into(),
        base: "dc=x".into(),
        filter_text: list.filter.clone(),
        filter: Filter::parse(&list.filter).unwrap(),
    };
    let mut server = Server { answer: Box::new(answer), asked: Vec::new(), waited: 0 };
    let mut keep = Memory::default();
    let ended = fetch_directory(&source, &mut server, &mut keep).unwrap();
    (keep, ended, server)
}

/// Why it is not the whole list.
#[track_caller]
fn why_not(answer: impl FnMut(&Search<'_>) -> Result<Page, Trouble>) -> String {
    match end(answer).1 {
        Ended::Incomplete(p) => p.why_not.unwrap(),
        other => panic!("{other:?}"),
    }
}

fn two_pages(search: &Search<'_>) -> Result<Page, Trouble> {
    Ok(match search.page {
        Some((2, b"")) => page(0..2, "a"),
        Some((2, b"a")) => page(2..3, ""),
        other => panic!("{other:?}"),
    })
}

#[test]
fn pages_are_read_to_the_end_and_counted_a_second_time() {
    let (keep, ended, server) = end(two_pages);
    let Ended::Complete(p) = ended else { panic!("{ended:?}") };
    assert_eq!((p.entries, p.total, p.pages, p.requests), (3, Some(3), 2, 4));
    assert_eq!(keep.entries[0], "dn: uid=P0,dc=x\nuid: p0\nsn:: w5g=\n");
    assert_eq!(server.asked[2].0, ["1.1"], "the second search asks for no attributes");
}

#[test]
fn a_limit_is_no_end() {
    let limit = |search: &Search<'_>| match search.page {
        Some((_, b"")) => Ok(page(0..2, "a")),
        _ => Ok(Page { code: 4, ..page(2..3, "") }),
    };
    assert!(
        why_not(limit)
            .contains("the server stops at its limit after 3 entries, even in pages: size limit exceeded (4)")
    );
    let no_pages = |search: &Search<'_>| match search.page {
        Some(_) => Ok(Page { code: 12, ..Page::default() }),
        None => Ok(Page { code: 4, cookie: None, ..page(0..2, "") }),
    };
    assert!(why_not(no_pages).contains("after 2 entries, and the server refuses to page"));
}

#[test]
fn a_server_that_does_not_page_and_has_no_limit_gives_the_whole() {
    let (_, ended, _) = end(|search| match search.page {
        Some(_) => Ok(Page { code: 12, ..Page::default() }),
        None => Ok(Page { cookie: None, ..page(0..5, "") }),
    });
    assert!(matches!(&ended, Ended::Complete(p) if p.entries == 5), "{ended:?}");
}

#[test]
fn a_directory_that_changes_is_read_again() {
    let mut searches = 0;
    let (_, ended, server) = end(|search: &Search<'_>| {
        searches += 1;
        // Somebody has come between the first search and the second.
        Ok(page(0..if searches == 1 { 1 } else { 2 }, if search.page.is_some() { "" } else { "?" }))
    });
    assert!(matches!(&ended, Ended::Complete(p) if p.entries == 2 && p.restarts == 1), "{ended:?}");
    assert_eq!(server.waited, 1);
    let mut n = 0;
    let why = why_not(move |_: &Search<'_>| {
        n += 1;
        Ok(page(n..n + 1, ""))
    });
    assert!(why.contains("1 entries came, and a second search finds 1, 1 of them others"), "{why}");
}

#[test]
fn what_a_directory_hides_or_sends_elsewhere_is_told() {
    let with = |change: fn(&mut Page)| {
        move |_: &Search<'_>| {
            let mut page = page(0..1, "");
            change(&mut page);
            Ok(page)
        }
    };
    let hidden = why_not(with(|page| page.entries[0].attributes.truncate(1)));
    assert!(hidden.contains("entry 1 lacks `sn`: the account may not see it"), "{hidden}");
    let cut = why_not(with(|page| page.entries[0].attributes.push(("proxyAddresses;range=0-1499".into(), Vec::new()))));
    assert!(cut.contains("more values of `proxyAddresses` than the server gives at once"), "{cut}");
    let referral = why_not(with(|page| {
        page.code = 10;
        page.elsewhere = vec!["ldap://dc2.lumen.example".into()];
    }));
    assert!(referral.contains("at another server, and the password is not sent there: ldap://dc2.lumen.example"));
    let (_, ended, _) = end(with(|page| page.elsewhere = vec!["ldap://dc2.lumen.example".into()]));
    let Ended::Complete(p) = ended else { panic!("{ended:?}") };
    assert!(p.leaves_out.unwrap().contains("other servers, which were not asked: ldap://dc2.lumen.example"));
}

#[test]
fn pages_without_an_end_are_left() {
    let why = why_not(|_: &Search<'_>| Ok(page(0..0, "again")));
    assert!(why.contains("20 pages in a row were empty"), "{why}");
    let why = why_not(|_: &Search<'_>| Ok(page(0..2, "again")));
    assert!(why.contains("entry 3 came twice"), "{why}");
}

#[test]
fn a_connection_that_breaks_off_begins_anew_and_ends() {
    let (_, ended, server) = end(|_| Err(Trouble::Passing("the connection broke off".into())));
    assert_eq!(ended, Ended::Paused("the connection broke off, 4 times in a row".into()));
    assert_eq!(server.waited, 3);
    let (_, ended, _) = end(|_| Ok(Page { code: 50, ..Page::default() }));
    assert!(matches!(&ended, Ended::Paused(why) if why.contains("What it needs: an account")), "{ended:?}");
}

#[test]
fn a_value_is_written_as_ldif_writes_it() {
    let of = |name: &str, value: &[u8]| {
        ldif(&DirectoryEntry { dn: "x".into(), attributes: vec![(name.into(), vec![value.to_vec()])] })
    };
    assert_eq!(of("cn", b"a\ndn: y"), "dn: x\ncn:: YQpkbjogeQ==\n");
    assert_eq!(of("cn", b" a"), "dn: x\ncn:: IGE=\n");
    assert_eq!(of("cn\nx", b"a"), "dn: x\n", "a name with a line break is none");
    let long = of("cn", &[b'a'; 200]);
    assert!(long.lines().all(|line| line.len() <= FOLD_AT) && long.lines().count() == 4, "{long}");
}

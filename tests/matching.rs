//! The fast matcher against a slow one that looks at every record and was written for these tests alone.

use coverage::identity::{AddressRules, Directory, Match, Moment, Rival, Scratch};
use coverage::model::{AccountStatus, Identity, Key, PersonIx, PersonStatus, Record, UsernameIs, WorkerKind};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The comparable form of a key, by code of its own: only what these tests make needs to be understood.
fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The mailbox that an address means: tags go at one domain, and another domain is an old name of it.
fn mailbox(address: &str) -> String {
    let Some((local, domain)) = address.split_once('@') else { return String::new() };
    format!("{}@{}", local.split('+').next().unwrap(), if domain == "old.example" { "north.example" } else { domain })
}

/// An employee number without leading zeros.
fn number(id: &str) -> String {
    let id = plain(id);
    let short = id.trim_start_matches('0');
    if !short.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) { short.to_owned() } else { id }
}

/// A record of HR or of a roster, as far as keys go.
#[derive(Debug, Clone)]
struct Holder {
    email: String,
    alias: String,
    username: String,
    employee_id: &'static str,
    external_id: &'static str,
}

fn holder() -> impl Strategy<Value = Holder> {
    let address = prop_oneof![
        1 => Just(String::new()),
        3 => r"[ab]{1,2}@north\.example",
        1 => r"[ab]\+x@north\.example",
        1 => r"[ab]\+x@old\.example",
        1 => r"[ab]{1,2}@old\.example",
        1 => r" [AB]@North\.example",
    ];
    let alias = prop_oneof![2 => Just(String::new()), 1 => address.clone()];
    let numbers = vec!["", "", "7", "07", "007", "8", "0", "00", "7a"];
    let ids = vec!["", "", "", "E1", "e1 ", "E2"];
    (address, alias.clone(), alias, proptest::sample::select(numbers), proptest::sample::select(ids)).prop_map(
        |(email, alias, username, employee_id, external_id)| Holder {
            email,
            alias,
            username,
            employee_id,
            external_id,
        },
    )
}

fn record(line: u32, holder: &Holder) -> Record<'_> {
    Record {
        external_id: holder.external_id,
        email: &holder.email,
        aliases: if holder.alias.is_empty() { Vec::new() } else { vec![&holder.alias] },
        username: &holder.username,
        employee_id: holder.employee_id,
        status: AccountStatus::Active,
        ..Record::at(line)
    }
}

fn identity(n: usize, holder: &Holder) -> Identity {
    let row = Record {
        // Names differ, so that an address alone does not make two records one person.
        name: format!("Person {}", (b'a' + n as u8) as char).into(),
        person_status: PersonStatus::Active,
        worker: WorkerKind::Employee,
        ..record(n as u32 + 2, holder)
    };
    Identity::keep(&row, 0, true, UsernameIs::Address, &mut Default::default())
}

type People = BTreeSet<PersonIx>;

/// What a slow look at every record says: for each key of the account, everyone it fits, the strongest key first.
fn naive(directory: &Directory, people: &[Holder], account: &Holder) -> Vec<(Key, People)> {
    let who = |fits: &dyn Fn(&Holder) -> bool| -> People {
        let all = directory.people.iter().enumerate();
        all.filter(|(_, p)| p.identities.iter().any(|i| fits(&people[*i as usize])))
            .map(|(i, _)| PersonIx(i as u32))
            .collect()
    };
    let equal = |a: &str, b: &str| !a.is_empty() && a == b;
    let mut found: BTreeMap<Key, People> = BTreeMap::new();
    let mut add = |key: Key, people: People| {
        let any = !people.is_empty();
        if any {
            found.entry(key).or_default().extend(people);
        }
        any
    };
    add(Key::ExternalId, who(&|h| equal(&plain(h.external_id), &plain(account.external_id))));
    // The number as it is written comes before the number without its zeros.
    let whole = plain(account.employee_id);
    if !add(Key::EmployeeId, who(&|h| equal(&whole, &plain(h.employee_id)) || equal(&whole, &number(h.employee_id)))) {
        add(Key::EmployeeId, who(&|h| equal(&number(account.employee_id), &number(h.employee_id))));
    }
    // An address is looked for as it is, then as the mailbox it means; as a main address, then as any other, then as a login.
    for (key, address) in
        [(Key::Email, &account.email), (Key::Alias, &account.alias), (Key::Username, &account.username)]
    {
        let weaker = |k: Key| if key == Key::Email { k } else { key };
        let address = plain(address);
        for (n, form) in [address.clone(), mailbox(&address)].iter().enumerate() {
            let moved = |text: &str| mailbox(&plain(text)) != plain(text) && equal(form, &mailbox(&plain(text)));
            let other = |h: &Holder| {
                equal(form, &plain(&h.alias)) || [&h.email, &h.alias, &h.username].iter().any(|t| moved(t))
            };
            if add(if n == 0 { key } else { weaker(Key::Alias) }, who(&|h| equal(form, &plain(&h.email))))
                || add(weaker(Key::Alias), who(&other))
                || add(weaker(Key::Username), who(&|h| equal(form, &plain(&h.username))))
            {
                break;
            }
        }
    }
    found.into_iter().collect()
}

/// What follows from that: one person, a dispute among several, a contradiction of two strong keys, or nothing.
#[derive(Debug, PartialEq)]
enum Verdict {
    Linked(PersonIx, Key),
    Disputed(Key, People),
    Collision(People),
    NoKey,
}

fn slow(directory: &Directory, people: &[Holder], account: &Holder) -> Verdict {
    let found = naive(directory, people, account);
    let Some((key, strongest)) = found.first() else { return Verdict::NoKey };
    if strongest.len() > 1 {
        return Verdict::Disputed(*key, strongest.clone());
    }
    let winner = *strongest.first().unwrap();
    let strong = |k: Key| matches!(k, Key::ExternalId | Key::EmployeeId | Key::Email);
    let against = found.iter().filter(|(k, fits)| strong(*key) && strong(*k) && !fits.contains(&winner));
    let mut rivals: People = against.flat_map(|(_, fits)| fits.iter().copied()).collect();
    if rivals.is_empty() {
        return Verdict::Linked(winner, *key);
    }
    rivals.insert(winner);
    Verdict::Collision(rivals)
}

fn fast(directory: &Directory, account: &Holder) -> Verdict {
    let all = |rivals: &[Rival]| rivals.iter().map(|r| r.person).collect::<People>();
    match directory.match_account(&record(1, account), UsernameIs::Address, &mut Scratch::default()) {
        Match::Linked(link) => Verdict::Linked(link.person, link.key),
        Match::Disputed(rivals) => Verdict::Disputed(rivals[0].key, all(&rivals)),
        Match::Collision(rivals) => Verdict::Collision(all(&rivals)),
        Match::NoKey => Verdict::NoKey,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn the_indexed_matcher_equals_a_naive_one(
        people in proptest::collection::vec(holder(), 1..7),
        accounts in proptest::collection::vec(holder(), 1..6),
    ) {
        let identities = people.iter().enumerate().map(|(n, h)| identity(n, h)).collect();
        let moment = Moment { now: 1_763_600_000, zone: TimeZone::UTC };
        let rules = AddressRules {
            domain_aliases: BTreeMap::from([("old.example".to_owned(), "north.example".to_owned())]),
            plus_tags: BTreeSet::from(["north.example".to_owned()]),
            ..AddressRules::default()
        };
        let directory = Directory::build(identities, rules, moment);
        for account in &accounts {
            prop_assert_eq!(fast(&directory, account), slow(&directory, &people, account), "{:?}", account);
        }
    }
}

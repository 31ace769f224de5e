//! The fast matcher against a slow one that looks at every record and was written for these tests alone.

use coverage::identity::{AddressRules, Directory, Match, Moment, Rival, Scratch, SideBySide};
use coverage::model::{AccountStatus, Identity, Key, PersonIx, PersonStatus, Record, UsernameIs, When, WorkerKind};
use jiff::ToSpan as _;
use jiff::civil::Date;
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
    /// The first and last day here, of people; the first day is that on which it was made, of accounts.
    days: [&'static str; 2],
}

const SPANS: [[&str; 2]; 4] = [["", ""], ["2019-01-01", ""], ["2019-01-01", "2022-12-31"], ["2025-03-01", ""]];

fn day(text: &str) -> Option<Date> {
    text.parse().ok()
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
    let keys = (address, alias.clone(), alias, proptest::sample::select(numbers), proptest::sample::select(ids));
    (keys, 0..SPANS.len()).prop_map(|((email, alias, username, employee_id, external_id), span)| Holder {
        email,
        alias,
        username,
        employee_id,
        external_id,
        // Rows of one number are one person, of whom they all say the same.
        days: SPANS[match number(employee_id).as_str() {
            "" => span,
            "7" => 2,
            "8" => 3,
            _ => 1,
        }],
    })
}

/// An account, made on some day.
fn account() -> impl Strategy<Value = Holder> {
    let made = vec!["", "2018-05-05", "2020-05-05", "2022-12-31", "2024-01-01", "2025-02-20", "2025-09-01"];
    (holder(), proptest::sample::select(made)).prop_map(|(keys, made)| Holder { days: [made, ""], ..keys })
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
        person_status: if holder.days[1].is_empty() { PersonStatus::Active } else { PersonStatus::Terminated },
        start: day(holder.days[0]).map(When::on),
        end: day(holder.days[1]).map(When::on),
        worker: WorkerKind::Employee,
        ..record(n as u32 + 2, holder)
    };
    Identity::keep(&row, 0, true, UsernameIs::Address, &mut Default::default())
}

/// The only one of these people who can have had an account that was made on that day: a month ahead of the first day at most.
/// `undated` is whether somebody was here whose first day nobody knows.
fn only_one_here(
    directory: &Directory,
    rows: &[Holder],
    account: &Holder,
    people: &People,
    undated: bool,
) -> Option<PersonIx> {
    let made = day(account.days[0])?;
    let here = |row: &Holder| {
        day(row.days[0]).map_or(undated, |first| first - 30.days() <= made)
            && day(row.days[1]).is_none_or(|last| last >= made)
    };
    let was_here = |person: &&PersonIx| directory.person(**person).identities.iter().any(|i| here(&rows[*i as usize]));
    match people.iter().filter(was_here).collect::<Vec<_>>()[..] {
        [one] => Some(*one),
        _ => None,
    }
}

type People = BTreeSet<PersonIx>;

/// What a slow look at every record says: for each key of the account, everyone it fits, the strongest key first; and everyone
/// who has its address in a weaker way than those.
fn naive(directory: &Directory, people: &[Holder], account: &Holder) -> (Vec<(Key, People)>, People) {
    let mut behind = People::new();
    let who = |fits: &dyn Fn(&Holder) -> bool| -> People {
        let all = directory.people.iter().enumerate();
        all.filter(|(_, p)| p.identities.iter().any(|i| fits(&people[*i as usize])))
            .map(|(i, _)| PersonIx(i as u32))
            .collect()
    };
    let equal = |a: &str, b: &str| !a.is_empty() && a == b;
    let left = |person: &PersonIx| directory.person(*person).standing.has_left();
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
    if !add(Key::EmployeeId, who(&|h| equal(&whole, &plain(h.employee_id)))) {
        add(Key::EmployeeId, who(&|h| equal(&number(account.employee_id), &number(h.employee_id))));
    }
    // An address is looked for as it is, then as the mailbox it means; as a main address, then as any other, then as a login.
    // Only if of all who have it in any of these ways one can have been here when the account was made, and that one is a
    // leaver who has it in a weaker way, is it the leaver's.
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
            let mut ways = vec![
                (if n == 0 { key } else { weaker(Key::Alias) }, who(&|h| equal(form, &plain(&h.email)))),
                (weaker(Key::Alias), who(&other)),
                (weaker(Key::Username), who(&|h| equal(form, &plain(&h.username)))),
            ];
            ways.retain(|(_, people)| !people.is_empty());
            let Some((strongest, holders)) = ways.first().cloned() else { continue };
            if (key, n, strongest) == (Key::Email, 0, Key::Email) {
                behind.extend(ways[1..].iter().flat_map(|(_, people)| people));
            }
            let all: People = ways.iter().flat_map(|(_, people)| people.iter().copied()).collect();
            let one = |undated: bool| only_one_here(directory, people, account, &all, undated);
            let former = one(true).filter(|p| one(false) == Some(*p) && left(p) && !holders.contains(p));
            match former.and_then(|p| Some((ways.iter().find(|(_, people)| people.contains(&p))?.0, p))) {
                Some((key, person)) => add(key, People::from([person])),
                None => add(strongest, holders),
            };
            break;
        }
    }
    (found.into_iter().collect(), behind)
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
    let (found, behind) = naive(directory, people, account);
    let Some((mut key, strongest)) = found.first().map(|(key, people)| (*key, people)) else { return Verdict::NoKey };
    // Of several people with one number, the address of one says whose it is.
    let addressed = found.iter().find(|(k, _)| *k == Key::Email).filter(|(_, people)| people.len() == 1);
    let addressed = addressed.and_then(|(_, people)| people.first()).filter(|p| strongest.contains(p)).copied();
    let winner = match strongest.iter().collect::<Vec<_>>()[..] {
        [one] => *one,
        // The day on which the account was made decides whose an address was, if it does, and not whose a number is: whose first
        // day nobody knows may have been here.
        _ => match [true, false].map(|undated| only_one_here(directory, people, account, strongest, undated)) {
            [Some(one), certain] if certain == Some(one) && !matches!(key, Key::ExternalId | Key::EmployeeId) => one,
            _ => match addressed.filter(|_| key == Key::EmployeeId) {
                Some(one) => {
                    key = Key::Email;
                    one
                }
                None => return Verdict::Disputed(key, strongest.clone()),
            },
        },
    };
    let strong = |k: Key| matches!(k, Key::ExternalId | Key::EmployeeId | Key::Email);
    let against = found.iter().filter(|(k, fits)| strong(key) && strong(*k) && !fits.contains(&winner));
    let mut rivals: People = against.flat_map(|(_, fits)| fits.iter().copied()).collect();
    // Made when the leaver had gone whose address it has, it may be that of whoever has the address as well and was here.
    let here = |p: PersonIx, undated: bool| only_one_here(directory, people, account, &People::from([p]), undated);
    let left = |p: PersonIx| directory.person(p).standing.has_left();
    let is_late = !account.days[0].is_empty() && left(winner) && here(winner, true).is_none();
    let others: People = behind.into_iter().filter(|p| !left(*p) && here(*p, false).is_some()).collect();
    if found.first().map(|(key, _)| *key) == Some(Key::Email) && is_late && !others.is_empty() {
        return Verdict::Disputed(key, others.into_iter().chain([winner]).collect());
    }
    if rivals.is_empty() {
        return Verdict::Linked(winner, key);
    }
    rivals.insert(winner);
    Verdict::Collision(rivals)
}

fn fast(directory: &Directory, account: &Holder) -> Verdict {
    let all = |rivals: &[Rival]| rivals.iter().map(|r| r.person).collect::<People>();
    let account = Record { created: day(account.days[0]).map(When::on), ..record(1, account) };
    match directory.match_account(&account, UsernameIs::Address, &mut Scratch::default()) {
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
        accounts in proptest::collection::vec(account(), 1..6),
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
        // The short way, for accounts that have an address and nothing else.
        let mut space = SideBySide::default();
        let short: Vec<_> = directory.at_work(accounts.iter().map(|a| &*a.email), &mut space).collect();
        for (account, holder) in accounts.iter().zip(short) {
            let nothing = Holder { alias: String::new(), username: String::new(), employee_id: "", external_id: "", ..account.clone() };
            if let Some(holder) = holder {
                let found = slow(&directory, &people, &nothing);
                prop_assert!(matches!(found, Verdict::Linked(person, _) if person == holder), "{:?} {:?}", nothing, found);
            }
        }
    }
}

//! Candidates, one sign after the other.

use super::super::directory::{Directory, Match};
use super::super::names::{LARGEST_BLOCK, hash, keys_of, loose, names_of};
use super::super::normalise::AddressRules;
use super::super::people::Moment;
use super::*;
use crate::model::{Accept, Key, PersonStatus, UsernameIs, When, WorkerKind};
use jiff::civil::date;
use proptest::prelude::*;

#[derive(Debug, Clone, Default)]
struct Someone {
    name: String,
    email: String,
    department: &'static str,
    title: &'static str,
    start: Option<When>,
    employee_id: &'static str,
    attributes: Vec<(Attribute, &'static str)>,
}

fn someone(name: &str, email: &str) -> Someone {
    Someone { name: name.into(), email: email.into(), ..Someone::default() }
}

fn directory(people: &[Someone]) -> Directory {
    let identity = |(n, p): (usize, &Someone)| {
        let row = Record {
            name: p.name.as_str().into(),
            email: &p.email,
            department: p.department,
            title: p.title,
            start: p.start,
            employee_id: p.employee_id,
            attributes: p.attributes.clone(),
            person_status: PersonStatus::Active,
            worker: WorkerKind::Employee,
            ..Record::at(n as u32 + 2)
        };
        Identity::keep(&row, 0, true, UsernameIs::Handle, &mut Default::default())
    };
    let moment = Moment { now: 1_795_000_000, zone: TimeZone::UTC };
    Directory::build(people.iter().enumerate().map(identity).collect(), AddressRules::default(), moment)
}

/// Name, score and reason of each candidate.
fn found(directory: &Directory, record: &Record<'_>, email: &str) -> Vec<(String, u8, String)> {
    let candidates = directory.candidates(record, email, false);
    candidates.iter().map(|c| (directory.person(c.person).name.to_string(), c.score, c.why.to_string())).collect()
}

fn named(name: &str) -> Record<'_> {
    Record { name: name.into(), ..Record::at(1) }
}

#[test]
fn every_way_to_write_a_name_leads_to_its_holder_with_a_reason() {
    let directory = directory(&[
        someone("Robert Schäfer", "robert.schaefer@nordwind.example"),
        someone("María José García López", "maria.garcia@nordwind.example"),
        someone("Wei Zhang", "wei.zhang@nordwind.example"),
        someone("Ole Lund", "ole.lund@nordwind.example"),
    ]);
    for (written, holder, why) in [
        ("Robert Schaefer", "Robert Schäfer", "the same full name in another spelling"),
        ("Bob Schäfer", "Robert Schäfer", "the same family name and a nickname of the given name"),
        ("Rob Schäfer", "Robert Schäfer", "the same family name and a short form of the given name"),
        ("R. Schäfer", "Robert Schäfer", "the same family name and initial"),
        ("Robetr Schäfer", "Robert Schäfer", "the same family name and a similar given name"),
        ("Robert Schäffler", "Robert Schäfer", "the same given name and a similar family name"),
        ("María García", "María José García López", "the same given and family name"),
        ("Zhang Wei", "Wei Zhang", "the same full name the other way round"),
        ("Ole L.", "Ole Lund", "the same given name and the initial of the family name"),
    ] {
        let all = found(&directory, &named(written), "");
        assert_eq!(all.first().map(|(name, _, why)| (&**name, &**why)), Some((holder, why)), "{written}: {all:?}");
    }
}

#[test]
fn local_parts_and_user_names_are_read_as_names() {
    let directory = directory(&[
        someone("John Doe", "john.doe@nordwind.example"),
        someone("Ann Berg", "ann.berg@nordwind.example"),
        someone("Zoe Quist", "panda@nordwind.example"),
    ]);
    for (username, email, holder) in [
        ("jdoe", "", "John Doe"),
        ("doej", "", "John Doe"),
        ("johndoe", "", "John Doe"),
        ("doe-john", "", "John Doe"),
        ("john.d", "", "John Doe"),
        ("ann_berg7", "", "Ann Berg"),
        ("", "j.doe@mailbox.example", "John Doe"),
        ("", "panda@mailbox.example", "Zoe Quist"),
    ] {
        let all = found(&directory, &Record { username, ..Record::at(1) }, email);
        assert_eq!(all.first().map(|(name, ..)| &**name), Some(holder), "{username}{email}: {all:?}");
    }
    assert_eq!(found(&directory, &Record { username: "pixelstorm12", ..Record::at(1) }, ""), []);
}

#[test]
fn second_signs_order_people_of_one_name_and_bring_back_who_has_married() {
    let first_day = Some(When::on(date(2024, 3, 1)));
    let directory = directory(&[
        Someone { department: "Sales", ..someone("Ann Berg", "ann.berg@nordwind.example") },
        Someone { department: "Legal", ..someone("Ann Berg", "ann.berg2@nordwind.example") },
        Someone { department: "Legal", start: first_day, ..someone("Ida Kowalski", "ida.kowalski@nordwind.example") },
        Someone { employee_id: "004711", ..someone("Tom Vik", "tom.vik@nordwind.example") },
        Someone { employee_id: "004712", ..someone("Tom Vik", "tom.vik2@nordwind.example") },
    ]);
    let legal = Record { department: "legal ", ..named("Ann Berg") };
    let all = found(&directory, &legal, "");
    assert_eq!(all[0].2, "the same full name, the same department");
    assert!(all.len() == 2 && all[0].1 > all[1].1, "{all:?}");
    let made = Record { department: "Legal", created: Some(When::on(date(2024, 3, 4))), ..named("Ida Ek") };
    let all = found(&directory, &made, "ida.ek@nordwind.example");
    assert_eq!(all[0].0, "Ida Kowalski");
    assert_eq!(all[0].2, "the same given name, the same department, made when the person started");
    let weak = directory.candidates(&named("Ida Ek"), "ida.ek@nordwind.example", false);
    assert!(weak.len() == 1 && weak[0].is_weak() && weak[0].why.to_string() == "the same given name", "{weak:?}");
    assert_eq!(found(&directory, &named("Ida Ek"), ""), [], "without an address here a given name says nothing");
    let numbered = Record { username: "tvik4712", ..named("Tom Vik") };
    assert_eq!(found(&directory, &numbered, "")[0].2, "the same full name, the employee number in the user name");
}

#[test]
fn attributes_lead_to_people_and_contradict_namesakes() {
    let born = |day| vec![(Attribute::BirthDate, day), (Attribute::Phone, "+49 451 5550001")];
    let directory = directory(&[
        Someone { attributes: born("1980-01-02"), ..someone("Ann Berg", "ann.berg@nordwind.example") },
        Someone { attributes: born("1991-12-24"), ..someone("Ann Berg", "ann.berg2@nordwind.example") },
    ]);
    let record = Record { attributes: vec![(Attribute::BirthDate, "1991 12 24")], ..named("Ann Berg") };
    let candidates = directory.candidates(&record, "", false);
    let emails: Vec<&str> = candidates.iter().map(|c| &*directory.person(c.person).email).collect();
    assert_eq!(emails, ["ann.berg2@nordwind.example", "ann.berg@nordwind.example"]);
    assert!(candidates[0].score > candidates[1].score + 10);
    let phone = Record { attributes: vec![(Attribute::Phone, "0451/5550001")], ..named("Office Lübeck") };
    assert_eq!(found(&directory, &phone, "")[0].2, "the same phone number");
}

#[test]
fn too_many_likely_people_are_no_proposal_unless_they_have_the_whole_name() {
    let people: Vec<Someone> =
        (0..30).map(|n| someone(&format!("J{} Berg", "aeiou".repeat(n / 5 + 1) + &"xyz"[n % 3..]), "")).collect();
    assert_eq!(found(&directory(&people), &named("J. Berg"), ""), []);
    let people: Vec<Someone> = (0..30).map(|n| someone("Jo Berg", &format!("jo.berg{n}@nordwind.example"))).collect();
    let all = found(&directory(&people), &named("Jo Berg"), "");
    assert_eq!(all.len(), MOST);
    assert!(all[0].2.ends_with("29 others are as likely"), "{all:?}");
}

#[test]
fn strangers_from_outside_are_ours_by_a_whole_name_only() {
    let directory = directory(&[someone("John Doe", "john.doe@nordwind.example")]);
    assert_eq!(directory.candidates(&named("J. Doe"), "j.doe@partner.example", true), []);
    assert_eq!(directory.candidates(&named("John Doe"), "jd@partner.example", true).len(), 1);
}

#[test]
fn a_full_name_links_only_with_something_that_tells_namesakes_apart() {
    let born = |day| vec![(Attribute::BirthDate, day)];
    let directory = directory(&[
        Someone { department: "Sales", title: "Lead", ..someone("Bo Lund", "bo.lund@nordwind.example") },
        Someone { department: "Sales", ..someone("Ann Berg", "ann.berg@nordwind.example") },
        Someone { department: "Legal", title: "Clerk", ..someone("Ann Berg", "ann.berg2@nordwind.example") },
        Someone { attributes: born("1980-01-02"), ..someone("Ida Ek", "ida.ek@nordwind.example") },
        Someone { attributes: born("1991-12-24"), ..someone("Ida Ek", "ida.ek2@nordwind.example") },
    ]);
    let holder = |record: &Record<'_>, own| match directory.composite(record, own, &[]) {
        Match::Linked(link) => Some(&*directory.person(link.person).email),
        _ => None,
    };
    let sales = Record { department: "sales", ..named("Bo Lund") };
    assert_eq!(holder(&sales, false), Some("bo.lund@nordwind.example"));
    assert_eq!(holder(&sales, true), None, "an address of the company that nobody holds");
    assert_eq!(holder(&named("Bo Lund"), false), None, "a name alone");
    assert_eq!(holder(&Record { title: "Clerk", ..sales.clone() }, false), None, "the job title is another one");
    let common = Record { department: "Legal", ..named("Ann Berg") };
    assert_eq!(holder(&common, false), None, "two have the name, and many are in Legal");
    assert_eq!(holder(&Record { title: "Clerk", ..common }, false), Some("ann.berg2@nordwind.example"));
    let ida = Record { attributes: vec![(Attribute::BirthDate, "1991-12-24")], ..named("Ida Ek") };
    assert_eq!(holder(&ida, false), Some("ida.ek2@nordwind.example"));
}

#[test]
fn the_first_candidate_is_accepted_only_where_the_company_says_so() {
    let mut directory = directory(&[
        Someone {
            attributes: vec![(Attribute::PersonId, "5304218")],
            ..someone("Michaela Neumann", "mn@north.example")
        },
        someone("Michael Neuman", "mn2@north.example"),
    ]);
    let record = Record { attributes: vec![(Attribute::PersonId, "530-4218")], ..named("Michela Neuman") };
    let candidates = directory.candidates(&record, "", false);
    assert_eq!(directory.accepted(&candidates), None);
    directory.accept = Some(Accept { agree: 2, lead: 5 });
    let link = directory.accepted(&candidates).unwrap();
    assert_eq!((&*directory.person(link.person).email, link.key), ("mn@north.example", Key::Composite));
    directory.accept = Some(Accept { agree: 3, lead: 5 });
    assert_eq!(directory.accepted(&candidates), None, "two things agree, not three");
    directory.accept = Some(Accept { agree: 2, lead: 100 });
    assert_eq!(directory.accepted(&candidates), None, "the second one is too near");
    directory.accept = Some(Accept { agree: 2, lead: 5 });
    let by_name = directory.candidates(&named("Michaela Neumann"), "", false);
    assert_eq!(directory.accepted(&by_name), None, "a name alone never is enough");
}

#[test]
fn a_second_attribute_links_no_namesake_whom_another_contradicts_or_somebody_has_refused() {
    let born = |day: &'static str| vec![(Attribute::BirthDate, day)];
    let cleo = Someone {
        department: "Finance",
        title: "Controller",
        attributes: vec![(Attribute::BirthDate, "1980-05-05"), (Attribute::PersonId, "5304218")],
        ..someone("Cleo Fox", "cleo@north.example")
    };
    // Two rows of one person, and a namesake.
    let jonas = |department, number, address: &str| Someone {
        department,
        employee_id: number,
        ..someone("Jonas Weber", address)
    };
    let directory = directory(&[
        cleo,
        jonas("Sales", "45", "jonas@north.example"),
        jonas("Sales", "45", "jonas@north.example"),
        jonas("Production", "46", "jonas2@north.example"),
    ]);
    assert_eq!(directory.people.len(), 3);
    let linked = |record: &Record<'_>, refused: &[PersonIx]| match directory.composite(record, false, refused) {
        Match::Linked(link) => Some(link.person),
        other => {
            assert_eq!(other, Match::NoKey);
            None
        }
    };
    let like = |attributes| Record { department: "Finance", title: "Controller", attributes, ..named("Cleo Fox") };
    let cleo = linked(&like(born("1980-05-05")), &[]).unwrap();
    assert_eq!(&*directory.person(cleo).email, "cleo@north.example");
    assert_eq!(linked(&like(Vec::new()), &[]), Some(cleo));
    assert_eq!(linked(&like(born("1991-01-01")), &[]), None, "somebody else of that name");
    assert_eq!(linked(&like(born("1980-05-05")), &[cleo]), None);
    let of_sales = Record { department: "Sales", ..named("Jonas Weber") };
    assert_eq!(linked(&of_sales, &[]), None, "one department, however many rows have it");
}

/// The people of a block, found by looking at everybody.
fn slow_block(directory: &Directory, key: BlockKey<'_>) -> Vec<u32> {
    let all = directory.all();
    let mut members: Vec<u32> = (0..directory.people.len() as u32)
        .filter(|p| {
            let person = &directory.people[*p as usize];
            let records = all.records(PersonIx(*p));
            let mut fits = false;
            keys_of(person, records.clone(), &names_of(person, records), &mut |(common, a, b)| {
                fits |= (hash(common, a, b) ^ hash(key.0, key.1, key.2)) & !loose(key) == 0;
            });
            fits
        })
        .collect();
    if members.len() > LARGEST_BLOCK {
        members.truncate(if key.0 == Common::Name { LARGEST_BLOCK } else { 0 });
    }
    members
}

fn names() -> impl Strategy<Value = String> {
    let given = proptest::sample::select(vec!["Ann", "Anna", "Bob", "Robert", "Jo", "J.", "Wei", "Zoë"]);
    let family = proptest::sample::select(vec!["Berg", "Bergh", "Berger", "Doe", "Müller", "Mueller", "Lund", "B."]);
    prop_oneof![
        6 => (given.clone(), family.clone()).prop_map(|(g, f)| format!("{g} {f}")),
        1 => (given.clone(), family.clone(), family.clone()).prop_map(|(g, f, h)| format!("{g} {f} {h}")),
        1 => (given.clone(), family).prop_map(|(g, f)| format!("{f}, {g}")),
        1 => given.prop_map(str::to_owned),
    ]
}

fn people() -> impl Strategy<Value = Someone> {
    let local = r"[ab]{4}|(ann|bob)\.(berg|doe)[0-9]?";
    let department = proptest::sample::select(vec!["", "Sales", "Legal"]);
    (names(), local, department, 0i8..4).prop_map(|(name, local, department, month)| Someone {
        department,
        start: (month > 0).then(|| When::on(date(2024, month, 1))),
        ..someone(&name, &format!("{local}@nordwind.example"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_blocks_lose_nobody_whom_a_look_at_everybody_finds(
        people in proptest::collection::vec(people(), 1..40),
        accounts in proptest::collection::vec((people(), "[a-z]{3,6}|jdoe|annb|doe.ann|bergann"), 1..8),
    ) {
        let directory = directory(&people);
        for (account, username) in &accounts {
            let record = Record {
                name: account.name.as_str().into(),
                username,
                department: account.department,
                created: account.start,
                ..Record::at(1)
            };
            let shown = Shown::of(&record, &account.email, false);
            for step in 0..3 {
                shown.blocks(step, &mut |key| {
                    let fast: Vec<u32> = directory.names.block(key).collect();
                    assert_eq!(fast, slow_block(&directory, key), "{key:?}");
                });
            }
            // And whoever is near by the written name alone is among those compared, or others who are nearer are.
            let candidates = directory.candidates(&record, &account.email, false);
            let nearest = (0..directory.people.len() as u32)
                .filter_map(|p| shown.name(directory.names.of(&[p])[0]))
                .filter(|(_, source, how)| *source == Source::Written && *how <= Near::Initial)
                .map(|(weight, ..)| weight)
                .max();
            if let Some(nearest) = nearest {
                prop_assert!(candidates.first().is_some_and(|c| i32::from(c.score) + 8 >= nearest.min(91)), "{record:?}: {candidates:?}");
            }
        }
    }
}

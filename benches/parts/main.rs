//! The hot parts one by one: `cargo bench`. What the inputs are is decided in `company.rs`; nothing is read from disk.
//!
//! Wall times, which are noise on a shared machine: they show where time goes and what a change does to it, side by side.
//! What may not grow is counted in instructions by `instructions.py`.

mod company;

use company::{Chance, company, people, report, roster, written};
use coverage::catalog::{Catalog, parse_entry};
use coverage::identity::{AddressRules, Directory, Match, Moment, Scratch};
use coverage::ingest::{self, InMemory, Outcome, Request, Wish};
use coverage::model::{Holds, Identity, Record, Report, UsernameIs};
use coverage::run::known;
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use jiff::tz::TimeZone;
use std::io;
use std::sync::OnceLock;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// Reads a file to its end and gives the number of its records.
fn read(file: &InMemory, holds: Holds, on: &mut dyn FnMut(&Record<'_>)) -> u64 {
    let known = known(Catalog::embedded());
    let request = Request { wish: Wish { holds: Some(holds), ..Wish::default() }, ..Request::default() };
    let mut opened = ingest::open(file, request, &known, &TimeZone::UTC).unwrap();
    let mut records = 0;
    let mut each = |outcome: Outcome<'_>| {
        if let Outcome::Record(record, _) = outcome {
            records += 1;
            on(record);
        }
        Ok(())
    };
    ingest::read(file, &mut opened, &mut each).unwrap();
    records
}

fn in_memory(bytes: Vec<u8>) -> InMemory {
    InMemory { name: "roster".to_owned(), bytes }
}

mod reading {
    use super::{Bencher, BytesCount, Holds, in_memory, read, roster};

    const ROWS: usize = 20_000;

    #[divan::bench]
    fn csv_rows(bencher: Bencher<'_, '_>) {
        let file = in_memory(roster(2_000, ROWS, 1));
        let bencher = bencher.counter(BytesCount::of_slice(&file.bytes));
        bencher.bench_local(|| assert_eq!(read(&file, Holds::Accounts, &mut |_| {}), ROWS as u64));
    }

    #[divan::bench]
    fn csv_rows_all_quoted(bencher: Bencher<'_, '_>) {
        let text = String::from_utf8(roster(2_000, ROWS, 1)).unwrap().replace('"', "");
        let quoted =
            |line: &str| line.split(',').map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",") + "\n";
        let seven = |line: &&str| line.split(',').count() == 7;
        let file = in_memory(text.lines().filter(seven).map(quoted).collect::<String>().into_bytes());
        bencher.counter(BytesCount::of_slice(&file.bytes)).bench_local(|| read(&file, Holds::Accounts, &mut |_| {}));
    }

    #[divan::bench]
    fn json_lines(bencher: Bencher<'_, '_>) {
        let line = |n: usize| {
            format!(
                "{{\"id\":\"u{n}\",\"email\":\"person{n}@acme.example\",\"name\":\"Ann {n}\",\"status\":\"active\"}}\n"
            )
        };
        let file = in_memory((0..ROWS).map(line).collect::<String>().into_bytes());
        let bencher = bencher.counter(BytesCount::of_slice(&file.bytes));
        bencher.bench_local(|| assert_eq!(read(&file, Holds::Accounts, &mut |_| {}), ROWS as u64));
    }
}

mod addresses {
    use super::{Bencher, Chance, ItemsCount, black_box, company, written};
    use coverage::identity::address;

    const COUNT: usize = 10_000;

    fn normalise(bencher: Bencher<'_, '_>, texts: &[String]) {
        let mut out = String::new();
        bencher
            .counter(ItemsCount::new(texts.len()))
            .bench_local(move || texts.iter().filter(|text| address(black_box(text), &mut out)).count());
    }

    #[divan::bench]
    fn plain(bencher: Bencher<'_, '_>) {
        normalise(bencher, &(0..COUNT).map(company::address).collect::<Vec<_>>());
    }

    #[divan::bench]
    fn as_apps_write_them(bencher: Bencher<'_, '_>) {
        let mut chance = Chance::new(1);
        normalise(bencher, &(0..COUNT).map(|person| written(person, &mut chance)).collect::<Vec<_>>());
    }

    #[divan::bench]
    fn the_slow_path(bencher: Bencher<'_, '_>) {
        normalise(bencher, &(0..COUNT).map(|n| format!("Jürgen Ü {n} <PERSÖN{n}@Bücher.example>")).collect::<Vec<_>>());
    }
}

mod look_ups {
    use super::{
        AddressRules, Bencher, Chance, Directory, Holds, Identity, ItemsCount, Match, Moment, Record, Scratch,
        TimeZone, UsernameIs, company, in_memory, people, read,
    };

    const COUNT: usize = 10_000;

    fn directory(count: usize) -> Directory {
        let file = in_memory(people(count).remove("hr.csv").unwrap());
        let mut identities = Vec::new();
        let mut texts = Default::default();
        read(&file, Holds::Employees, &mut |record| {
            identities.push(Identity::keep(record, 0, true, UsernameIs::Address, &mut texts));
        });
        Directory::build(identities, AddressRules::default(), Moment { now: 1_763_600_000, zone: TimeZone::UTC })
    }

    #[divan::bench(args = [2_000, 100_000])]
    fn by_address(bencher: Bencher<'_, '_>, identities: usize) {
        let directory = directory(identities);
        let mut chance = Chance::new(1);
        let addresses: Vec<String> = (0..COUNT).map(|_| company::address(chance.below(identities))).collect();
        let mut scratch = Scratch::default();
        bencher.counter(ItemsCount::new(COUNT)).bench_local(move || {
            let linked = |email: &&String| {
                let record = Record { email, ..Record::at(1) };
                matches!(directory.match_account(&record, UsernameIs::Address, &mut scratch), Match::Linked(_))
            };
            assert_eq!(addresses.iter().filter(linked).count(), COUNT);
        });
    }

    #[divan::bench(args = [2_000, 20_000])]
    fn candidates_by_name(bencher: Bencher<'_, '_>, identities: usize) {
        let directory = directory(identities);
        let names: Vec<String> = (0..200)
            .map(|n| {
                let (given, family) = company::name(n * 7 % identities);
                let mut name = format!("{given} {family}");
                name.pop();
                name
            })
            .collect();
        bencher.counter(ItemsCount::new(names.len())).bench_local(move || {
            let found = |name: &String| {
                let record = Record { name: name.as_str().into(), ..Record::at(1) };
                directory.candidates(&record, "", false).len()
            };
            names.iter().map(found).sum::<usize>()
        });
    }

    #[divan::bench(args = [2_000, 20_000])]
    fn people_and_keys(bencher: Bencher<'_, '_>, identities: usize) {
        bencher.bench_local(|| directory(identities).people.len());
    }
}

mod whole {
    use super::{Bencher, company, report};

    /// Opening, reading, placing, judging: one app.
    #[divan::bench]
    fn one_roster(bencher: Bencher<'_, '_>) {
        let files = company(2_000, 1, 20_000);
        bencher.bench_local(|| report(&files).findings.len());
    }

    #[divan::bench]
    fn ten_rosters(bencher: Bencher<'_, '_>) {
        let files = company(2_000, 10, 20_000);
        bencher.bench_local(|| report(&files).findings.len());
    }
}

mod writing {
    use super::{Bencher, ItemsCount, OnceLock, Report, company, io, report};
    use coverage::report::{findings_csv, findings_json, html};

    fn findings() -> &'static Report {
        static REPORT: OnceLock<Report> = OnceLock::new();
        REPORT.get_or_init(|| report(&company(2_000, 10, 20_000)))
    }

    fn write(bencher: Bencher<'_, '_>, to: fn(&Report) -> io::Result<()>) {
        let report = findings();
        bencher.counter(ItemsCount::new(report.findings.len())).bench_local(|| to(report).unwrap());
    }

    #[divan::bench]
    fn findings_csv(bencher: Bencher<'_, '_>) {
        write(bencher, |report| findings_csv::write(report, io::sink()));
    }

    #[divan::bench]
    fn findings_json(bencher: Bencher<'_, '_>) {
        write(bencher, |report| findings_json::write(report, io::sink()));
    }

    #[divan::bench]
    fn report_html(bencher: Bencher<'_, '_>) {
        write(bencher, |report| html::write(report, html::Beside::ALL, io::sink()));
    }
}

mod catalog {
    use super::{Bencher, BytesCount, Catalog, black_box, parse_entry};

    /// What a run loads at its start, and one product's claims.
    #[divan::bench]
    fn claims_of_all_products(bencher: Bencher<'_, '_>) {
        let slim = Catalog::embedded_slim();
        bencher.bench_local(|| {
            let ids = slim.entries.iter().map(|entry| entry.id.as_str());
            slim.clone().with_claims(ids).entries.len()
        });
    }

    #[divan::bench]
    fn an_entry_in_yaml(bencher: Bencher<'_, '_>) {
        let text = include_bytes!("../../catalog/tailscale.yaml");
        let bencher = bencher.counter(BytesCount::of_slice(text));
        bencher.bench_local(|| parse_entry("tailscale.yaml", black_box(text)).unwrap().value.claims.len());
    }
}

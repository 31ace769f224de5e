//! A company in memory for tests: its files as text, a `coverage.yaml`, and a run over them.
#![allow(dead_code, reason = "each test uses a part of it")]

use coverage::catalog::{Catalog, export_faults};
use coverage::ingest::{InMemory, Input, NotThere};
use coverage::model::{Person, PopulationReport, Previous, PreviousPopulation, Report, Standing, When};
use coverage::run::{Job, Streams, run};
use coverage::workspace::{
    EXCEPTIONS, Known, LINKS, Product, REVIEWS, Workspace, load_exceptions, load_links, load_reviews,
};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

/// Files by name; `coverage.yaml` is one of them.
#[derive(Debug, Clone, Default)]
pub struct Company {
    files: BTreeMap<String, String>,
    settings: String,
    previous: Option<Previous>,
    with_settings: bool,
    short_way: bool,
}

/// A file that is written to memory.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A report with what was written beside it.
pub struct Ran {
    pub report: Report,
    accounts: String,
}

impl Company {
    /// With this `coverage.yaml`.
    pub fn of(settings: &str) -> Self {
        Self {
            files: BTreeMap::new(),
            settings: settings.to_owned(),
            previous: None,
            with_settings: false,
            short_way: false,
        }
    }

    /// With other words in its `coverage.yaml`.
    pub fn with(mut self, words: &str, instead: &str) -> Self {
        assert_eq!(self.settings.matches(words).count(), 1, "{words}");
        self.settings = self.settings.replace(words, instead);
        self
    }

    /// Without a list of all accounts: those about which there is nothing to say need not become records.
    pub fn the_short_way(mut self) -> Self {
        self.short_way = true;
        self
    }

    /// With its `coverage.yaml` among the inputs, so that findings can point to lines of it.
    pub fn with_settings(mut self) -> Self {
        self.with_settings = true;
        self
    }

    /// After an accepted snapshot: what its populations were is what those of the next run are held against.
    pub fn after(mut self, report: &Report) -> Self {
        let population = |p: &PopulationReport| PreviousPopulation {
            records: p.records,
            live: p.live,
            extracted_at: report.as_of.clone(),
            made_from: None,
            admins: p.admins.clone(),
        };
        let populations = report.populations.iter().map(|p| ((p.role, p.id.clone()), population(p))).collect();
        self.previous = Some(Previous { as_of: report.as_of.clone(), populations });
        self
    }

    /// Adds a file; spaces before a line are those of the test, not of the file.
    pub fn file(mut self, name: &str, text: &str) -> Self {
        let text: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        self.files.insert(name.to_owned(), text.join("\n") + "\n");
        self
    }

    /// A run. `as_of` is a day or an instant.
    pub fn report(&self, as_of: &str) -> Ran {
        let catalog = Catalog::embedded();
        let known = Known {
            products: catalog.entries.iter().map(Product::from).collect(),
            exports: catalog.exports().map(|(_, export)| export).collect(),
            export_faults,
        };
        let told = |all: Vec<coverage::diag::Diagnostic>| all.iter().map(ToString::to_string).collect::<String>();
        let (mut workspace, _) = Workspace::load("coverage.yaml", self.settings.as_bytes(), &known)
            .unwrap_or_else(|problems| panic!("{}", told(problems)));
        let exceptions = self.files.get(EXCEPTIONS).map(|text| {
            let rules: Vec<&str> = coverage::rules::ALL.iter().map(|rule| rule.meta().id).collect();
            workspace.exceptions = load_exceptions(EXCEPTIONS, text.as_bytes(), &workspace.apps, &rules)
                .unwrap_or_else(|problems| panic!("{}", told(problems)));
            InMemory { name: EXCEPTIONS.to_owned(), bytes: text.clone().into_bytes() }
        });
        let links = self.files.get(LINKS).map(|text| {
            workspace.links = load_links(LINKS, text.as_bytes(), &workspace.apps)
                .unwrap_or_else(|problems| panic!("{}", told(problems)));
            InMemory { name: LINKS.to_owned(), bytes: text.clone().into_bytes() }
        });
        let reviews = self.files.get(REVIEWS).map(|text| {
            workspace.reviews =
                load_reviews(REVIEWS, text.as_bytes()).unwrap_or_else(|problems| panic!("{}", told(problems)));
            InMemory { name: REVIEWS.to_owned(), bytes: text.clone().into_bytes() }
        });
        let catalog = catalog.with_exports(workspace.exports.clone());
        let open = |name: &str| -> Box<dyn Input + Send + Sync> {
            match self.files.get(name) {
                Some(text) => Box::new(InMemory { name: name.to_owned(), bytes: text.clone().into_bytes() }),
                // Whoever has made a list by hand has no note of its pull.
                None if name.ends_with(".pull.json") => Box::new(NotThere { name: name.to_owned() }),
                None => panic!("the test has no file `{name}`"),
            }
        };
        let settings = InMemory { name: "coverage.yaml".to_owned(), bytes: self.settings.clone().into_bytes() };
        let accounts = Shared::default();
        let create = |name: &str| -> io::Result<Box<dyn io::Write + Send>> {
            Ok(if name == "accounts.csv" { Box::new(accounts.clone()) } else { Box::new(io::sink()) })
        };
        let streams = Streams {
            create: &create,
            diffs: true,
            matched: false,
            all_absent: true,
            accounts: if self.short_way { None } else { Some(&tempfile::tempfile) },
        };
        let job = Job {
            settings: self.with_settings.then_some(&settings as &dyn Input),
            links: links.as_ref().map(|file| file as &dyn Input),
            as_of: Some(as_of.parse().map(When::at).or_else(|_| as_of.parse().map(When::on)).unwrap()),
            exceptions: exceptions.as_ref().map(|file| file as &dyn Input),
            reviews: reviews.as_ref().map(|file| file as &dyn Input),
            previous: self.previous.as_ref(),
            ..Job::over(&workspace, &catalog, &open, streams)
        };
        let report = run(&job).unwrap_or_else(|problems| panic!("{}", told(problems))).report;
        let accounts = String::from_utf8(accounts.0.lock().unwrap().clone()).unwrap();
        Ran { report, accounts }
    }
}

impl Ran {
    /// Everybody, as `name: standing`, by name.
    pub fn people(&self) -> Vec<String> {
        let mut all: Vec<String> = self.report.people.iter().map(|p| format!("{}: {}", p.name, standing(p))).collect();
        all.sort();
        all
    }

    /// All findings of a rule, each as the account or else the person that it is about.
    pub fn found(&self, rule: &str) -> Vec<String> {
        let about = |f: &coverage::model::Finding| {
            let person = f.person.map(|p| self.report.people[p.0 as usize].name.to_string());
            let account = f.account.as_ref().map(|a| a.account().to_owned());
            account.or(person).unwrap_or_default()
        };
        self.report.findings.iter().filter(|f| f.rule.id == rule).map(|f| about(f)).collect()
    }

    /// The rows of `accounts.csv`, each as `account: situation, person by key (note)`.
    pub fn accounts(&self) -> Vec<String> {
        let mut reader = csv::Reader::from_reader(self.accounts.as_bytes());
        let header = reader.headers().unwrap().clone();
        let at = |name: &str| header.iter().position(|h| h == name).unwrap();
        let [account, situation, person, key, note] = ["account", "situation", "person", "match", "note"].map(at);
        reader
            .records()
            .map(|row| {
                let row = row.unwrap();
                let by = if row[key].is_empty() { String::new() } else { format!(" by {}", &row[key]) };
                let note = if row[note].is_empty() { String::new() } else { format!(" ({})", &row[note]) };
                format!("{}: {} {}{by}{note}", &row[account], &row[situation], &row[person])
            })
            .collect()
    }
}

/// A standing in a few words.
pub fn standing(person: &Person) -> String {
    match &person.standing {
        Standing::Left { since, basis } => {
            let since = since.map_or("on an unknown day".to_owned(), |s| s.to_string());
            format!("left {since} by {basis:?}")
        }
        Standing::Notice(end) => format!("leaves {end}"),
        Standing::Unclear(why) => format!("unclear {why:?}"),
        other => other.word().to_owned(),
    }
}

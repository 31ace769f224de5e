//! Files that the system will not give away. Whoever may read everything cannot lock a file away from himself, so the
//! refusals are made here, below the command line, at each place where a file is opened or read.
#![cfg(unix)]

use coverage::catalog::Catalog;
use coverage::diag::Diagnostic;
use coverage::ingest::{InMemory, Input, NotThere};
use coverage::model::When;
use coverage::run::{Job, Streams, run};
use coverage::workspace::{self, App, Workspace};
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The numbers of Linux and macOS.
const NOT_PERMITTED: i32 = 13;
const IS_A_FOLDER: i32 = 21;
const BROKEN_DISK: i32 = 5;

/// When a file refuses.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Refuses {
    Never,
    /// At the n-th opening, the first being 0.
    Opening(usize, i32),
    /// Half way through, at the n-th opening.
    Reading(usize, i32),
}

/// A file that is there and can be read, up to a point.
struct Faulty {
    file: InMemory,
    refuses: Refuses,
    opened: AtomicUsize,
}

impl Input for Faulty {
    fn name(&self) -> &str {
        &self.file.name
    }
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let n = self.opened.fetch_add(1, Ordering::Relaxed);
        match self.refuses {
            Refuses::Opening(at, number) if at == n => Err(io::Error::from_raw_os_error(number)),
            Refuses::Reading(at, number) if at == n => {
                let half = self.file.bytes[..self.file.bytes.len() / 2].to_vec();
                Ok(Box::new(io::Cursor::new(half).chain(Refusal(number))))
            }
            _ => self.file.open(),
        }
    }
    fn modified(&self) -> Option<jiff::Timestamp> {
        None
    }
}

struct Refusal(i32);

impl Read for Refusal {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::from_raw_os_error(self.0))
    }
}

const FILES: [(&str, &str); 5] = [
    (
        "hr.csv",
        "Employee ID,Full name,Work email,Start date,End date,Status\n101,Ada Lund,ada@north.example,2020-01-01,,active\n",
    ),
    (
        "idp.csv",
        "user.email,user.login,user.employeeNumber,user.status,user.created,user.statusChange\nada@north.example,ada@north.example,101,ACTIVE,2020-01-01T00:00:00Z,2020-01-01T00:00:00Z\n",
    ),
    (
        "idp.ldif",
        "dn: uid=ada,dc=north\nobjectClass: inetOrgPerson\nuid: ada\ncn: Ada Lund\nsn: Lund\nmail: ada@north.example\n",
    ),
    ("app.csv", "Email,Name,Status\nada@north.example,Ada Lund,Active\n"),
    (
        "app.json",
        "[{\"schemas\": [\"urn:x\"], \"id\": \"1\", \"userName\": \"ada@north.example\", \"active\": true},\n {\"schemas\": [\"urn:x\"], \"id\": \"2\", \"userName\": \"bo@north.example\", \"active\": true}]",
    ),
];

/// Runs over two identity providers and two rosters, where some files refuse.
fn told(refusing: &[(&str, Refuses)]) -> Result<(), Vec<Diagnostic>> {
    let input = |file: &str| workspace::Input {
        id: None,
        file: file.to_owned(),
        export: None,
        extracted_at: Some(When::at("2026-11-20T06:00:00Z".parse().unwrap())),
        encoding: None,
        date_order: None,
        only: <_>::default(),
        provenance: Default::default(),
        accept: Vec::new(),
        line: 0,
    };
    let app = |id: &str, file: &str| App { rosters: vec![input(file)], ..App::named(id, id, None) };
    let mut workspace = Workspace::empty();
    workspace.hr = vec![input("hr.csv")];
    workspace.idp = vec![input("idp.csv"), input("idp.ldif")];
    workspace.apps = vec![app("first", "app.csv"), app("second", "app.json")];
    let open = |name: &str| -> Box<dyn Input + Send + Sync> {
        let Some((_, text)) = FILES.iter().find(|(file, _)| *file == name) else {
            return Box::new(NotThere { name: name.to_owned() });
        };
        let refuses = refusing.iter().find(|(file, _)| *file == name).map_or(Refuses::Never, |(_, r)| *r);
        let file = InMemory { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
        Box::new(Faulty { file, refuses, opened: AtomicUsize::new(0) })
    };
    let create = |_: &str| -> io::Result<Box<dyn Write + Send>> { Ok(Box::new(io::sink())) };
    let streams = Streams { create: &create, diffs: true, matched: false, all_absent: false, accounts: None };
    let job = Job::over(&workspace, Catalog::embedded(), &open, streams);
    run(&job).map(|_| ())
}

/// The one problem, which must be one that a person can act on.
fn only(refusing: &[(&str, Refuses)]) -> Diagnostic {
    let mut all = told(refusing).unwrap_err();
    assert_eq!(all.len(), 1, "{refusing:?}: {all:?}");
    let one = all.remove(0);
    assert!(one.is_error() && one.help.is_some(), "{one}");
    assert!(!one.to_string().contains("os error"), "{one}");
    one
}

#[test]
fn all_is_well_without_a_refusal() {
    assert_eq!(told(&[]), Ok(()));
}

#[test]
fn a_file_that_may_not_be_read_is_named_with_what_to_do() {
    for (file, _) in FILES {
        let one = only(&[(file, Refuses::Opening(0, NOT_PERMITTED))]);
        assert_eq!((one.file.as_str(), one.message.as_str()), (file, "cannot be read: permission denied"));
        assert!(one.help.unwrap().ends_with("check its permissions"));
    }
}

#[test]
fn a_folder_in_a_files_place_is_named_with_what_to_do() {
    for (file, _) in FILES {
        let one = only(&[(file, Refuses::Opening(0, IS_A_FOLDER))]);
        assert_eq!((one.file.as_str(), one.message.as_str()), (file, "cannot be read: is a directory"));
        assert_eq!(one.help.unwrap(), "this is a folder; name the file in it");
    }
}

#[test]
fn a_file_that_is_locked_between_two_looks_is_told() {
    for (file, _) in FILES {
        let one = only(&[(file, Refuses::Opening(1, NOT_PERMITTED))]);
        assert_eq!((one.file.as_str(), one.message.as_str()), (file, "cannot be opened again: permission denied"));
    }
}

#[test]
fn a_disk_that_breaks_half_way_is_told_at_either_look() {
    for (file, _) in FILES {
        let one = only(&[(file, Refuses::Reading(0, BROKEN_DISK))]);
        assert_eq!((one.file.as_str(), one.message.as_str()), (file, "cannot be read: input/output error"));
        let one = only(&[(file, Refuses::Reading(1, BROKEN_DISK))]);
        assert_eq!((one.file.as_str(), one.message.as_str()), (file, "cannot be read on: input/output error"));
    }
}

#[test]
fn all_files_that_refuse_are_told_together() {
    let refusing = FILES.map(|(file, _)| (file, Refuses::Opening(0, NOT_PERMITTED)));
    let all = told(&refusing).unwrap_err();
    assert_eq!(all.iter().map(|d| d.file.as_str()).collect::<Vec<_>>(), FILES.map(|(file, _)| file));
}

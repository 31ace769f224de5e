//! What a directory sends over LDAP: the bytes of its messages, as they come after a search was sent.
#![no_main]

use coverage::catalog::Catalog;
use coverage::connect::{Ldap, LdapProtection, LdapSettings};
use coverage::host::Secret;
use coverage::model::DirectoryList;
use coverage::pull::{
    Directory, DirectorySource, Ended, Filter, Keep, Page, Progress, Provenance, Search, Trouble, fetch_directory,
};
use coverage_fuzz::begin;
use jiff::Timestamp;
use std::io::{self, Cursor, Read, Write};
use std::time::Duration;

/// Hears what stands there, and lets what is said fall.
struct Recorded(Cursor<Vec<u8>>);

impl Read for Recorded {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.0.read(to)
    }
}

impl Write for Recorded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whoever signs in anew hears the same from the beginning.
struct Server<'d> {
    bytes: &'d [u8],
    ldap: Ldap<'d>,
    searches: u32,
}

fn client<'d>() -> Ldap<'d> {
    let settings = LdapSettings {
        host: "localhost".to_owned(),
        port: 389,
        protection: LdapProtection::None,
        certificates: None,
        user: "cn=reader".to_owned(),
        password: Secret::new("hunter2hunter2".to_owned()),
    };
    Ldap::new(settings, Box::new(|_| {}))
}

impl Directory for Server<'_> {
    fn sign_in(&mut self) -> Result<(), Trouble> {
        self.ldap = client();
        self.ldap.listen(Recorded(Cursor::new(self.bytes.to_vec())));
        Ok(())
    }
    fn search(&mut self, search: &Search<'_>) -> Result<Page, Trouble> {
        self.searches += 1;
        assert!(self.searches < 10_000, "the server is asked for ever");
        self.ldap.search(search)
    }
    fn came(&mut self, _: &str) {}
    fn wait(&mut self, _: Duration, _: &str) {}
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_795_000_000).unwrap()
    }
}

#[derive(Default)]
struct Memory(Vec<String>);

impl Keep for Memory {
    fn left_over(&mut self) -> io::Result<Option<(Progress, Vec<String>)>> {
        Ok(None)
    }
    fn page(&mut self, entries: &[String], _: &Progress) -> io::Result<()> {
        self.0.extend_from_slice(entries);
        Ok(())
    }
    fn start_over(&mut self) -> io::Result<()> {
        self.0.clear();
        Ok(())
    }
    fn end(&mut self, _: Provenance) -> io::Result<()> {
        Ok(())
    }
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    begin();
    let list: &DirectoryList = &Catalog::embedded().get("ldap").unwrap().directories[0];
    let source = DirectorySource {
        list,
        host: "ldap://localhost:389".to_owned(),
        base: "dc=x".to_owned(),
        filter_text: "(uid=*)".to_owned(),
        filter: Filter::parse("(uid=*)").unwrap(),
    };
    let mut server = Server { bytes: data, ldap: client(), searches: 0 };
    let mut keep = Memory::default();
    if let Ok(Ended::Complete(provenance)) = fetch_directory(&source, &mut server, &mut keep) {
        assert!(provenance.complete);
        // What was kept is LDIF that our own reader takes.
        let mut text = String::from("version: 1\n\n");
        keep.0.iter().for_each(|entry| {
            text.push_str(entry);
            text.push('\n');
        });
        coverage_fuzz::read(text.as_bytes(), coverage_fuzz::Asked::default(), 61);
    }
});

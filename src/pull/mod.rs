//! Fetches a list over an API, as a catalog's [`Pull`] declares it: complete, or not at all.
//!
//! Nothing here opens a connection or a file. [`Web`] asks a server and waits, [`Keep`] holds what has come so far, so that a
//! crash costs one page; this room decides what is asked next, how long to wait, and whether what came is the whole list.

mod answer;
mod body;
mod checkup;
mod directory;
mod fetch;
mod filter;
mod lists;
mod pages;
mod patience;
mod prepare;
mod progress;
mod provenance;
mod xml;

#[cfg(test)]
mod directory_tests;
#[cfg(test)]
mod joined_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use body::Body;
pub use checkup::{Check, State, directory_page, first_asked, first_page, no_connection, scim_config, scim_says};
pub use directory::{Directory, DirectoryEntry, DirectorySource, Page, Search, fetch_directory};
pub use fetch::{Ended, Source, ask, asked, fetch, said};
pub use filter::{Compare, Filter};
pub use pages::{filled, first_address, plain_filled};
pub use patience::{MOST_TRIES, Patience, after, asked_for, is_worth_another_try};
pub use progress::{Progress, ReadOf, Sum};
pub use provenance::{LISTS_END, ListOf, Provenance, SEARCH, ending_of, sidecar_of};

use jiff::Timestamp;
use std::time::Duration;
use url::{Host, Url};

/// What a server answered.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers in their order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The first header of a name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// All headers of a name, in lower case.
    pub fn headers_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The connection did not come about, broke off or took too long: another try may do better.
    Passing(String),
    /// No try will do better: the answer is too large, the address may not be asked.
    Lasting(String),
    /// There are no credentials, or they are not accepted.
    Credentials(String),
}

/// Asks servers, and waits.
pub trait Web {
    /// Asks for a page. The credentials are added on the way; they are sent to the host of the source only.
    ///
    /// # Errors
    /// There is no answer. An HTTP status that says no is an answer.
    fn get(&mut self, url: &Url) -> Result<Reply, Trouble>;
    /// Asks for a page with a body. Only where a list is declared that is read in this way.
    ///
    /// # Errors
    /// There is no answer. An HTTP status that says no is an answer.
    fn post(&mut self, url: &Url, body: &Body) -> Result<Reply, Trouble>;
    /// Tells whoever looks on how far the reading is, after each page.
    fn came(&mut self, how_far: &str);
    /// Waits, and says why to whoever looks on.
    fn wait(&mut self, how_long: Duration, why: &str);
    /// The time now.
    fn now(&self) -> Timestamp;
    /// A number from 0 to 1, another one each time: nobody asks in step with others.
    fn jitter(&mut self) -> f64;
}

/// Holds what has been fetched so far.
pub trait Keep {
    /// What an earlier try has left: how far it came, and the entries, one a line.
    ///
    /// # Errors
    /// It is there and cannot be read.
    fn left_over(&mut self) -> std::io::Result<Option<(Progress, Vec<String>)>>;
    /// Adds the entries of a page, and notes how far it is. After a crash either both are there or neither.
    ///
    /// # Errors
    /// It cannot be written.
    fn page(&mut self, entries: &[String], progress: &Progress) -> std::io::Result<()>;
    /// Forgets everything: the list is read from the beginning.
    ///
    /// # Errors
    /// It cannot be removed.
    fn start_over(&mut self) -> std::io::Result<()>;
    /// Ends: what has been fetched takes its place beside where it comes from. What is not the whole list is put aside under
    /// another name and takes no place.
    ///
    /// # Errors
    /// It cannot be written.
    fn end(&mut self, provenance: Provenance) -> std::io::Result<()>;
}

/// Whether two addresses are at one host, of one scheme and port, and name no user.
pub fn same_origin(a: &Url, b: &Url) -> bool {
    a.origin() == b.origin() && a.username().is_empty() && a.password().is_none()
}

/// Whether an address is one of this machine, whatever a name server says.
pub fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

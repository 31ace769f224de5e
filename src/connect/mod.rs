//! The only place that opens network connections. [`ask`] asks web addresses whether they still answer, and reads nothing there;
//! [`Http`] asks APIs for lists; the summary of a report goes to those whom somebody has named.
//!
//! To a page that is asked, nothing is sent but the program's name and version. Credentials go to the host they are for and
//! to no other.

mod address;
mod asker;
mod aws;
mod credentials;
mod http;
mod ldap;
mod mail;
mod reach;
mod repeated;
mod statement;
mod way;
mod webhook;
mod writer;

pub use asker::{Settings, ask};
pub use credentials::Signer;
pub use http::{Http, News, Settings as HttpSettings, Told};
pub use ldap::{Ldap, LdapProtection, LdapSettings};
pub use mail::{Letter, Protection, send};
pub use reach::{addresses, proxy_for};
pub use webhook::{Patience, post};
pub use writer::Writer;

/// What an address says when it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// There is a page.
    Answers,
    /// Its server says that it has moved for good.
    Moved {
        /// Where to: the last address that is reached by permanent redirects alone.
        to: String,
        /// What is wrong there, if there is no page: `403 Forbidden`. It is not gone there.
        but: Option<String>,
    },
    /// Its server says that it is not there (404) or no longer there (410).
    Gone {
        /// What it says: `404 Not Found`.
        status: String,
        /// Where it says so, if that is not the address that was asked.
        at: Option<String>,
    },
    /// A server answers, and shows no page to this program: says nothing about the page.
    Refused {
        /// `403 Forbidden`, or what is wrong with its redirects.
        why: String,
    },
    /// No server answers: says nothing about the page either.
    Unreachable {
        /// What went wrong.
        why: String,
    },
    /// It cannot be asked, and has not been.
    NoAddress {
        /// What is wrong with it.
        why: String,
    },
}

/// Whether a host is this machine for certain.
fn is_here(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether a server could not prove who it is, as the TLS library says it. It could not a second later either.
fn is_distrusted(why: &str) -> bool {
    why.contains("certificate")
}

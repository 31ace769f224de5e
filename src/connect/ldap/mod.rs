//! Asks directories over LDAP. A client of our own and no more than is needed: the libraries for it take a server's word for
//! the length and the depth of what it sends, and this one has to stand servers that lie.
#![allow(clippy::disallowed_methods, reason = "this is the room for the network")]

mod ber;
mod message;

use super::repeated::holds;
use super::{News, Told};
use crate::host::Secret;
use crate::pull::{Directory, Page, Search, Trouble};
use jiff::Timestamp;
use message::{Done, Said};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use rustls_platform_verifier::{BuilderVerifierExt as _, Verifier};
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a connection may take to come about.
const CONNECT_WITHIN: Duration = Duration::from_secs(15);
/// How long a server may be silent.
const SILENT: Duration = Duration::from_secs(60);
/// How long a page may take.
const PAGE_WITHIN: Duration = Duration::from_secs(300);
/// The largest message that is read.
const LARGEST: usize = 16 << 20;
/// So much may come with one page, or with a whole list where the server does not page.
const LARGEST_PAGE: usize = 512 << 20;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LdapProtection {
    /// Encrypted from the beginning (`ldaps:`).
    Tls,
    /// It begins in the open, and nothing is said before it is encrypted.
    StartTls,
    /// Not at all: a server on this machine.
    None,
}

/// Where a directory is, and who asks.
pub struct LdapSettings {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub protection: LdapProtection,
    /// Further certificates (PEM) that the server is judged by.
    pub certificates: Option<Vec<u8>>,
    /// The name of the account that asks.
    pub user: String,
    /// Its password.
    pub password: Secret,
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// A connection to a directory.
pub struct Ldap<'t> {
    settings: LdapSettings,
    stream: Option<Box<dyn Stream>>,
    id: u32,
    told: Told<'t>,
}

impl<'t> Ldap<'t> {
    /// Prepares to ask.
    pub fn new(settings: LdapSettings, told: Told<'t>) -> Self {
        Self { settings, stream: None, id: 0, told }
    }

    /// Listens to this instead of a server: fuzzers have no network.
    #[cfg(fuzzing)]
    pub fn listen(&mut self, stream: impl Read + Write + Send + 'static) {
        self.stream = Some(Box::new(stream));
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let stream = self.stream.as_mut().ok_or_else(|| broke_off("there is no connection"))?;
        stream.write_all(bytes).and_then(|()| stream.flush()).map_err(|e| passing(&e))
    }

    /// The next message that belongs to the newest request.
    fn next(&mut self, until: Instant, came: &mut usize) -> Result<Said, Trouble> {
        let stream = self.stream.as_mut().ok_or_else(|| broke_off("there is no connection"))?;
        loop {
            let bytes = one_message(stream, until)?;
            *came += bytes.len();
            if *came > LARGEST_PAGE {
                return Err(Trouble::Lasting(format!("a page is larger than {} MiB", LARGEST_PAGE >> 20)));
            }
            let (id, said) =
                message::read(&bytes).map_err(|what| Trouble::Lasting(format!("the answer is no LDAP: {what}")))?;
            match (id, said) {
                // Without being asked a server says only that it is about to hang up.
                (0, _) => return Err(broke_off("the server hangs up")),
                (id, said) if id == self.id && said != Said::Aside => return Ok(said),
                _ => {}
            }
        }
    }

    fn done(&mut self) -> Result<Done, Trouble> {
        match self.next(Instant::now() + SILENT, &mut 0)? {
            Said::Done(done) => Ok(done),
            _ => Err(Trouble::Lasting("the server answers something that was not asked".to_owned())),
        }
    }

    fn plain(&self) -> Result<TcpStream, Trouble> {
        let (host, port) = (self.settings.host.as_str(), self.settings.port);
        let all = (host, port)
            .to_socket_addrs()
            .map_err(|e| Trouble::Passing(format!("no connection: the name {host} is not found: {e}")))?;
        let mut why = format!("no connection: {host} has no address");
        for address in all {
            match TcpStream::connect_timeout(&address, CONNECT_WITHIN) {
                Ok(stream) => {
                    let set = stream.set_read_timeout(Some(SILENT)).and(stream.set_write_timeout(Some(SILENT)));
                    set.map_err(|e| passing(&e))?;
                    return Ok(stream);
                }
                Err(e) => why = format!("no connection: {}", crate::diag::cause(&e)),
            }
        }
        Err(Trouble::Passing(why))
    }

    fn encrypted(&self, mut plain: TcpStream) -> Result<Box<dyn Stream>, Trouble> {
        let config = tls(self.settings.certificates.as_deref()).map_err(Trouble::Lasting)?;
        let name = ServerName::try_from(self.settings.host.clone())
            .map_err(|_| Trouble::Lasting(format!("`{}` is no name of a server", self.settings.host)))?;
        let mut tls =
            ClientConnection::new(config, name).map_err(|e| Trouble::Lasting(format!("TLS cannot be used: {e}")))?;
        while tls.is_handshaking() {
            tls.complete_io(&mut plain).map_err(|e| {
                let why = format!("no TLS connection: {e}");
                if super::is_distrusted(&why) { Trouble::Credentials(why) } else { Trouble::Passing(why) }
            })?;
        }
        Ok(Box::new(StreamOwned::new(tls, plain)))
    }
}

/// TLS that trusts whom the system trusts, and these.
fn tls(certificates: Option<&[u8]>) -> Result<Arc<ClientConfig>, String> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let failed = |e: rustls::Error| format!("TLS cannot be used: {e}");
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    let config = match certificates {
        None => builder.with_platform_verifier().map_err(failed)?.with_no_client_auth(),
        Some(pem) => {
            let all: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(pem)
                .collect::<Result<_, _>>()
                .map_err(|e| format!("the certificates cannot be read: {e}"))?;
            if all.is_empty() {
                return Err("there is no certificate in the file".to_owned());
            }
            let verifier = Verifier::new_with_extra_roots(all, provider).map_err(failed)?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
        }
    };
    Ok(Arc::new(config))
}

fn broke_off(why: &str) -> Trouble {
    Trouble::Passing(format!("the connection broke off: {why}"))
}

fn passing(e: &std::io::Error) -> Trouble {
    use std::io::ErrorKind::{TimedOut, UnexpectedEof, WouldBlock};
    match e.kind() {
        TimedOut | WouldBlock => Trouble::Passing("no answer in time".to_owned()),
        UnexpectedEof => broke_off("the server hung up"),
        _ => broke_off(&crate::diag::cause(e)),
    }
}

/// Reads exactly one message, and nothing behind it: what an attacker has put behind the leave to encrypt is never taken.
fn one_message(stream: &mut Box<dyn Stream>, until: Instant) -> Result<Vec<u8>, Trouble> {
    let wrong = |what: &str| Trouble::Lasting(format!("the answer is no LDAP: {what}"));
    let mut bytes = vec![0; 2];
    stream.read_exact(&mut bytes).map_err(|e| passing(&e))?;
    if bytes[0] != ber::SEQUENCE {
        return Err(wrong("it begins with something else; is this the port of LDAP, and the right kind of TLS?"));
    }
    let (skip, length) = loop {
        if let Some(found) = ber::length(&bytes[1..]).map_err(wrong)? {
            break found;
        }
        let mut one = [0];
        stream.read_exact(&mut one).map_err(|e| passing(&e))?;
        bytes.push(one[0]);
    };
    if length > LARGEST {
        return Err(Trouble::Lasting(format!("a message is larger than {} MiB", LARGEST >> 20)));
    }
    let mut left = 1 + skip + length - bytes.len();
    let mut piece = [0; 8192];
    // As it comes: a length alone takes no memory.
    while left > 0 {
        if Instant::now() > until {
            return Err(Trouble::Passing("no answer in time".to_owned()));
        }
        let n = stream.read(&mut piece[..left.min(8192)]).map_err(|e| passing(&e))?;
        if n == 0 {
            return Err(broke_off("the server hung up"));
        }
        bytes.extend_from_slice(&piece[..n]);
        left -= n;
    }
    Ok(bytes)
}

impl Directory for Ldap<'_> {
    fn sign_in(&mut self) -> Result<(), Trouble> {
        self.stream = None;
        let plain = self.plain()?;
        self.stream = Some(match self.settings.protection {
            LdapProtection::None if super::is_here(&self.settings.host) => Box::new(plain),
            LdapProtection::None => {
                return Err(Trouble::Lasting("the password would go over the network in the open".to_owned()));
            }
            LdapProtection::Tls => self.encrypted(plain)?,
            LdapProtection::StartTls => {
                let beneath = plain.try_clone().map_err(|e| passing(&e))?;
                self.stream = Some(Box::new(plain));
                self.id += 1;
                self.send(&message::start_tls(self.id))?;
                let done = self.done()?;
                if done.code != 0 {
                    return Err(Trouble::Credentials(format!(
                        "the server does not encrypt the connection ({}), and nothing is said in the open",
                        done.code
                    )));
                }
                self.encrypted(beneath)?
            }
        });
        self.id += 1;
        let bind = message::bind(self.id, &self.settings.user, self.settings.password.reveal());
        self.send(&bind)?;
        let done = self.done()?;
        match done.code {
            0 => Ok(()),
            51 | 52 => Err(Trouble::Passing(format!("the server is busy ({})", done.code))),
            49 => Err(Trouble::Credentials(format!(
                "the server does not know `{}` with this password (49{})",
                self.settings.user,
                detail(&done.message)
            ))),
            8 | 13 => Err(Trouble::Credentials("the server wants the connection encrypted first".to_owned())),
            code => Err(Trouble::Credentials(format!(
                "the server does not let `{}` in ({code}){}",
                self.settings.user,
                if code == 34 { ": `user` is a whole name, like `cn=reader,dc=nordwind,dc=example`" } else { "" }
            ))),
        }
    }

    fn search(&mut self, search: &Search<'_>) -> Result<Page, Trouble> {
        self.id += 1;
        self.send(&message::search(self.id, search))?;
        let mut page = Page::default();
        let (until, mut came) = (Instant::now() + PAGE_WITHIN, 0);
        loop {
            match self.next(until, &mut came)? {
                Said::Entry(entry) => {
                    let password = self.settings.password.reveal();
                    let mut values = entry.attributes.iter().flat_map(|(_, values)| values);
                    if holds(entry.dn.as_bytes(), password) || values.any(|value| holds(value, password)) {
                        return Err(Trouble::Lasting(
                            "the answer repeats the password, so none of it is kept".to_owned(),
                        ));
                    }
                    page.entries.push(entry);
                }
                Said::Elsewhere(servers) => page.elsewhere.extend(servers),
                Said::Aside => {}
                Said::Done(done) => {
                    page.elsewhere.extend(done.referrals);
                    page.code = done.code;
                    let repeats = holds(done.message.as_bytes(), self.settings.password.reveal());
                    page.message = if repeats { String::new() } else { done.message };
                    page.cookie = done.cookie;
                    return Ok(page);
                }
            }
        }
    }

    fn came(&mut self, how_far: &str) {
        (self.told)(News::Came(how_far));
    }

    fn wait(&mut self, how_long: Duration, why: &str) {
        (self.told)(News::Waiting(&format!("{why}; waiting {} s", how_long.as_secs_f64().ceil())));
        std::thread::sleep(how_long);
    }

    fn now(&self) -> Timestamp {
        crate::host::now()
    }
}

impl Drop for Ldap<'_> {
    fn drop(&mut self) {
        if self.stream.is_some() {
            // Whether the server still listens does not matter any more.
            let _ = self.send(&message::unbind(self.id + 1));
        }
    }
}

/// Active Directory's reason why somebody is not let in: `data 52e` is a wrong password, `data 775` a locked account.
fn detail(message: &str) -> String {
    let code = message.split("data ").nth(1).and_then(|rest| rest.split([',', ' ']).next());
    let word = match code {
        Some("525") => "no such account",
        Some("52e") => "wrong password",
        Some("530" | "531") => "not allowed at this time or from this machine",
        Some("532") => "password expired",
        Some("533") => "account disabled",
        Some("701") => "account expired",
        Some("773") => "password must be changed",
        Some("775") => "account locked",
        _ => return String::new(),
    };
    format!(": {word}")
}

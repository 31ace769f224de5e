//! `coverage pull`: lists fetched over APIs, complete or not at all.

use super::pull_list::{List, Which};
use super::{Failure, Outcome};
use crate::connect::{Http, HttpSettings, Ldap, LdapProtection, LdapSettings, News, Signer};
use crate::diag::Diagnostic;
use crate::host::{Progress, Pulled, Secret, now, read_text, resolve, secret, without_memory_dumps};
use crate::pull::{
    DirectorySource, Ended, Patience, Provenance, Source, fetch, fetch_directory, filled, is_this_machine, same_origin,
};
use crate::workspace::{DirectoryPull, Encrypted, PullSource};
use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use url::Url;

/// So many servers are asked at the same time, each for one page at a time.
const AT_ONCE: usize = 4;

/// Fetch member lists over the APIs of identity providers and apps, as pull.yaml says.
///
/// Nothing is changed there. A list is written only if it is the whole list; beside it stands where it comes from. A part is
/// put aside as evidence under another name. What is broken off goes on at the next call.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    which: Which,
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    without_memory_dumps().map_err(Failure::Io)?;
    let folder = args.which.folder();
    let pulls = args.which.read()?;
    let chosen = args.which.of(&pulls)?;
    let certificates = match &pulls.certificates {
        Some(file) => Some(read_text(&resolve(&folder, file))?),
        None => None,
    };
    let mut problems = Vec::new();
    // One host is asked by one hand.
    let mut hosts: BTreeMap<String, Vec<Ready<'_>>> = BTreeMap::new();
    for list in chosen {
        match ready(list, &folder) {
            Ok(ready) => hosts.entry(list.host()).or_default().push(ready),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let waiting = Mutex::new(hosts.into_values().collect::<Vec<_>>());
    let done = Mutex::new(BTreeMap::new());
    let progress = Progress::counting("page", "pages");
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(host) = pop(&waiting) {
                    for (list, access) in host {
                        let certificates = certificates.clone();
                        let ended = match (list, access) {
                            (List::Api(source), Access::Signer(signer)) => {
                                one(source, *signer, &folder, certificates, &progress)
                            }
                            (List::Directory(source), Access::Password(password)) => {
                                directory(source, password, &folder, certificates, &progress)
                            }
                            _ => Err("it is asked in another way".to_owned()),
                        };
                        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                        done.insert(list.name().to_owned(), (list, ended));
                    }
                }
            });
        }
    });
    progress.end();
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    told(done.into_values())
}

fn pop<T>(list: &Mutex<Vec<T>>) -> Option<T> {
    list.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

/// Says how each list came out.
fn told<'s>(done: impl Iterator<Item = (List<'s>, Result<Ended, String>)>) -> Outcome {
    let mut failed = Vec::new();
    let mut out = io::stdout().lock();
    for (list, ended) in done {
        match ended {
            Ok(Ended::Complete(p)) => writeln!(out, "{}: {}", list.name(), line(&p, list))?,
            Ok(Ended::Incomplete(p)) => {
                let why = p.why_not.as_deref().unwrap_or("nobody knows why");
                failed.push(list.problem(format!("this is not the whole list: {why}")).help(format!(
                    "{} entries are put aside beside {}; no report takes them for the list",
                    p.entries,
                    list.to()
                )));
            }
            Ok(Ended::Paused(why)) | Err(why) => failed.push(list.problem(why)),
        }
    }
    out.flush()?;
    drop(out);
    if failed.is_empty() { Ok(false) } else { Err(failed.into()) }
}

fn line(p: &Provenance, list: List<'_>) -> String {
    let again = if p.retries > 0 { format!(", retries: {}", p.retries) } else { String::new() };
    let total = match (p.total, list) {
        (None, _) => "",
        (Some(_), List::Api(_)) => ", as many as the server says there are",
        (Some(_), List::Directory(_)) => ", and a second search finds the same",
    };
    format!("{} entries{total}, {}{again}: {}", p.entries, p.in_pages(), list.to())
}

/// What is asked with.
enum Access {
    Signer(Box<Signer>),
    Password(Secret),
}

/// A list, and what is asked with.
type Ready<'p> = (List<'p>, Access);

fn ready<'p>(list: List<'p>, folder: &Path) -> Result<Ready<'p>, Diagnostic> {
    Ok((
        list,
        match list {
            List::Api(source) => Access::Signer(Box::new(signer(source, folder)?)),
            List::Directory(source) => Access::Password(secret(&source.secret, folder)?),
        },
    ))
}

/// What tells the server who asks.
pub(super) fn signer(source: &PullSource, folder: &Path) -> Result<Signer, Diagnostic> {
    let token_at = token_at(source).map_err(|why| List::Api(source).problem(why))?;
    let place = source.secret.as_ref().ok_or_else(|| List::Api(source).problem("nothing says where the secret is"))?;
    let secret = secret(place, folder)?;
    Signer::new(&source.pull.credentials, source.user.as_deref(), secret, token_at, &source.with)
        .map_err(|why| List::Api(source).problem(why))
}

/// Where tokens are given, if they are.
fn token_at(source: &PullSource) -> Result<Option<Url>, String> {
    let Some(token_at) = source.pull.credentials.token_at() else { return Ok(None) };
    let text = filled(token_at, &source.with)?;
    let url = source.host.join(&text).map_err(|e| format!("the address where tokens are given is none: {e}"))?;
    // A secret goes to the host that the catalog or the company names, over TLS.
    let named = text.starts_with("https://") || same_origin(&url, &source.host);
    if !named || url.scheme() != "https" && !(source.without_tls && is_this_machine(&url)) {
        return Err("the address where tokens are given is not one over TLS".to_owned());
    }
    Ok(Some(url))
}

fn one(
    source: &PullSource,
    signer: Signer,
    folder: &Path,
    certificates: Option<Vec<u8>>,
    progress: &Progress,
) -> Result<Ended, String> {
    let told = Box::new(|news: News<'_>| tell(&source.name, news, progress));
    let settings = HttpSettings {
        host: source.host.clone(),
        headers: &source.pull.headers,
        certificates,
        without_tls: source.without_tls,
    };
    let mut http = Http::new(settings, signer, told)?;
    let what = source_of(source);
    let mut keep = Pulled::open(&resolve(folder, &source.to), &fingerprint(source, &source.host), now())
        .map_err(|e| format!("{} cannot be written: {}", source.to, crate::diag::cause(&e)))?;
    fetch(&what, &mut http, &mut keep).map_err(|e| format!("{}: {}", source.to, crate::diag::cause(&e)))
}

fn tell(name: &str, news: News<'_>, progress: &Progress) {
    match news {
        News::Came(how_far) => progress.say(&format!("{name}: {how_far}")),
        News::Waiting(why) => progress.wait(&format!("{name}: {why}")),
    }
}

/// A list over LDAP.
fn directory(
    source: &DirectoryPull,
    password: Secret,
    folder: &Path,
    certificates: Option<Vec<u8>>,
    progress: &Progress,
) -> Result<Ended, String> {
    let told = Box::new(|news: News<'_>| tell(&source.name, news, progress));
    let mut ldap = Ldap::new(ldap_settings(source, password, certificates), told);
    let what = DirectorySource {
        list: &source.list,
        host: source.address(),
        base: source.base.clone(),
        filter_text: source.filter_text.clone(),
        filter: source.filter.clone(),
    };
    let mut keep = Pulled::open(&resolve(folder, &source.to), "", now())
        .map_err(|e| format!("{} cannot be written: {}", source.to, crate::diag::cause(&e)))?;
    fetch_directory(&what, &mut ldap, &mut keep).map_err(|e| format!("{}: {}", source.to, crate::diag::cause(&e)))
}

/// How a directory is asked.
pub(super) fn ldap_settings(source: &DirectoryPull, password: Secret, certificates: Option<Vec<u8>>) -> LdapSettings {
    LdapSettings {
        host: source.host.clone(),
        port: source.port,
        protection: match source.encrypted {
            Encrypted::FromTheBeginning => LdapProtection::Tls,
            Encrypted::First => LdapProtection::StartTls,
            Encrypted::Not => LdapProtection::None,
        },
        certificates,
        user: source.user.clone(),
        password,
    }
}

/// What is asked of a server.
pub(super) fn source_of(source: &PullSource) -> Source<'_> {
    Source { pull: &source.pull, host: source.host.clone(), with: source.with.clone(), patience: Patience::default() }
}

/// What is fetched from where: what was begun under another fingerprint is another list.
fn fingerprint(source: &PullSource, host: &Url) -> String {
    let declared = serde_json::to_string(&source.pull).unwrap_or_default();
    format!("{declared}\n{host}\n{:?}\n{:?}", source.with, source.user)
}

//! `coverage pull`: lists fetched over APIs, complete or not at all.

use super::own_catalog::Own;
use super::{Failure, Outcome, tell};
use crate::catalog::Catalog;
use crate::connect::{Http, HttpSettings, News, Signer};
use crate::diag::Diagnostic;
use crate::host::{Progress, Pulled, now, read_text, resolve, secret, without_memory_dumps};
use crate::model::Pull;
use crate::pull::{Ended, Patience, Provenance, Source, fetch, filled, is_this_machine, same_origin};
use crate::workspace::{PULLS, PullSource, Pulls, load_pulls};
use crate::yaml::nearest;
use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
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
    /// Only these lists, by their names in pull.yaml.
    sources: Vec<String>,
    /// The folder with pull.yaml [default: this folder].
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
    #[command(flatten)]
    catalog: Own,
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    without_memory_dumps().map_err(Failure::Io)?;
    let folder = args.workspace.clone().unwrap_or_else(|| PathBuf::from("."));
    let loaded = args.catalog.load()?;
    let pulls = read(&folder, &loaded.catalog)?;
    let chosen = chosen(&pulls, &args.sources)?;
    let certificates = match &pulls.certificates {
        Some(file) => Some(read_text(&resolve(&folder, file))?),
        None => None,
    };
    let mut problems = Vec::new();
    let mut ready = Vec::new();
    for source in chosen {
        match signer(source, &folder) {
            Ok(signer) => ready.push((source, signer)),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems.into());
    }
    // One host is asked by one hand.
    let mut hosts: BTreeMap<String, Vec<(&PullSource, Signer)>> = BTreeMap::new();
    for one in ready {
        hosts.entry(one.0.host.origin().ascii_serialization()).or_default().push(one);
    }
    let waiting = Mutex::new(hosts.into_values().collect::<Vec<_>>());
    let done = Mutex::new(BTreeMap::new());
    let progress = Progress::counting("pages");
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(host) = pop(&waiting) {
                    for (source, signer) in host {
                        let ended = one(source, signer, &folder, certificates.clone(), &progress);
                        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                        done.insert(source.name.clone(), (source, ended));
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
fn told<'s>(done: impl Iterator<Item = (&'s PullSource, Result<Ended, String>)>) -> Outcome {
    let mut failed = Vec::new();
    let mut out = io::stdout().lock();
    for (source, ended) in done {
        match ended {
            Ok(Ended::Complete(p)) => writeln!(out, "{}: {}", source.name, line(&p, &source.to))?,
            Ok(Ended::Incomplete(p)) => failed.push(
                at(
                    source,
                    format!("this is not the whole list: {}", p.why_not.as_deref().unwrap_or("nobody knows why")),
                )
                .help(format!(
                    "{} entries are put aside beside {}; no report takes them for the list",
                    p.entries, source.to
                )),
            ),
            Ok(Ended::Paused(why)) | Err(why) => failed.push(at(source, why)),
        }
    }
    out.flush()?;
    drop(out);
    if failed.is_empty() { Ok(false) } else { Err(failed.into()) }
}

fn line(p: &Provenance, to: &str) -> String {
    let again = if p.retries > 0 { format!(", retries: {}", p.retries) } else { String::new() };
    let total = if p.total.is_some() { ", as many as the server says there are" } else { "" };
    format!("{} entries{total}, {}{again}: {to}", p.entries, p.in_pages())
}

fn at(source: &PullSource, why: impl Into<String>) -> Diagnostic {
    Diagnostic::error(format!("{PULLS}:{}", source.line), format!("{}: {}", source.name, why.into()))
}

/// Reads pull.yaml.
///
/// # Errors
/// There is none, or something is wrong with it.
pub fn read(folder: &Path, catalog: &Catalog) -> Result<Pulls, Failure> {
    let path = folder.join(PULLS);
    let bytes = read_text(&path).map_err(|d| d.help("`coverage schema pulls` says what it holds"))?;
    let known: Vec<&Pull> = catalog.entries.iter().flat_map(|entry| &entry.pulls).collect();
    Ok(load_pulls(PULLS, &bytes, &known)?)
}

fn chosen<'p>(pulls: &'p Pulls, names: &[String]) -> Result<Vec<&'p PullSource>, Failure> {
    if names.is_empty() {
        if pulls.sources.is_empty() {
            tell(&[Diagnostic::warning(PULLS, "it names no list, so nothing is fetched")]);
        }
        return Ok(pulls.sources.iter().collect());
    }
    let find = |name: &String| {
        pulls.sources.iter().find(|s| s.name == *name).ok_or_else(|| {
            let near = nearest(name, pulls.sources.iter().map(|s| s.name.as_str()));
            let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            Failure::Usage(format!("{PULLS} has no list `{name}`{hint}"))
        })
    };
    names.iter().map(find).collect()
}

/// What tells the server who asks.
pub fn signer(source: &PullSource, folder: &Path) -> Result<Signer, Diagnostic> {
    let token_at = token_at(source).map_err(|why| at(source, why))?;
    let place = source.secret.as_ref().ok_or_else(|| at(source, "nothing says where the secret is"))?;
    let secret = secret(place, folder)?;
    Signer::new(&source.pull.credentials, source.user.as_deref(), secret, token_at, &source.with)
        .map_err(|why| at(source, why))
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
    let told = Box::new(|news: News<'_>| match news {
        News::Came(how_far) => progress.say(&format!("{}: {how_far}", source.name)),
        News::Waiting(why) => progress.wait(&format!("{}: {why}", source.name)),
    });
    let settings = HttpSettings {
        host: source.host.clone(),
        headers: &source.pull.headers,
        certificates,
        without_tls: source.without_tls,
    };
    let mut http = Http::new(settings, signer, told)?;
    let what = Source {
        pull: &source.pull,
        host: source.host.clone(),
        with: source.with.clone(),
        patience: Patience::default(),
    };
    let mut keep = Pulled::open(&resolve(folder, &source.to), &fingerprint(source, &source.host), now())
        .map_err(|e| format!("{} cannot be written: {}", source.to, crate::diag::cause(&e)))?;
    fetch(&what, &mut http, &mut keep).map_err(|e| format!("{}: {}", source.to, crate::diag::cause(&e)))
}

/// What is fetched from where: what was begun under another fingerprint is another list.
fn fingerprint(source: &PullSource, host: &Url) -> String {
    let declared = serde_json::to_string(&source.pull).unwrap_or_default();
    format!("{declared}\n{host}\n{:?}\n{:?}", source.with, source.user)
}

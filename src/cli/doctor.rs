//! `coverage doctor`: whether the lists that pull.yaml names could be fetched, and what to do where not.

use super::pull::{ldap_settings, signer, source_of};
use super::pull_list::{List, Which};
use super::selection::{FILE, Sources};
use super::{Failure, Outcome};
use crate::connect::{Http, HttpSettings, Ldap, addresses, proxy_for};
use crate::diag::visible;
use crate::host::{now, read_text, resolve, secret, without_memory_dumps};
use crate::pull::{
    Check, Directory as _, Provenance, Search, State, Trouble, Web as _, ask, directory_page, ending_of, first_asked,
    first_page, no_connection, scim_config, scim_says, sidecar_of,
};
use crate::workspace::{DirectoryPull, Encrypted, PullSource};
use serde::Serialize;
use std::io::{self, Write as _};
use std::path::Path;

/// Check whether the lists of pull.yaml could be fetched: secrets, names, certificates, clock, token, rights, paging, limits.
///
/// One page at most is asked for of each list, nothing is written, and no secret is shown. Exit code 1 says that something is wrong.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    which: Which,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What is said of one list.
#[derive(Debug, Serialize)]
struct Looked<'p> {
    name: &'p str,
    list: &'p str,
    host: String,
    checks: Vec<Check>,
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    without_memory_dumps().map_err(Failure::Io)?;
    let folder = args.which.folder();
    let pulls = args.which.read()?;
    let chosen = args.which.of(&pulls)?;
    let (certificates, bad) = match &pulls.certificates {
        None => (None, None),
        Some(file) => match read_text(&resolve(&folder, file)) {
            Ok(pem) => (Some(pem), None),
            Err(d) => (None, Some(Check::wrong("certificates", d.to_string().trim().to_owned(), ""))),
        },
    };
    let fresh = freshness(&folder);
    let mut all = Vec::new();
    for list in chosen {
        let mut checks: Vec<Check> = bad.iter().cloned().collect();
        match list {
            List::Api(source) => api(source, &folder, certificates.clone(), &mut checks),
            List::Directory(source) => directory(source, &folder, certificates.clone(), &mut checks),
        }
        checks.extend(earlier(&folder, list.to(), &fresh));
        let id = match list {
            List::Api(source) => &source.pull.id,
            List::Directory(source) => &source.list.id,
        };
        all.push(Looked { name: list.name(), list: id, host: list.host(), checks });
    }
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &all).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        for one in &all {
            tell(&mut out, one)?;
        }
    }
    out.flush()?;
    // What is wrong has been said where it belongs.
    if all.iter().flat_map(|one| &one.checks).any(|check| check.state == State::Wrong) {
        return Err(Failure::Inputs(Vec::new()));
    }
    Ok(false)
}

fn tell(out: &mut impl io::Write, one: &Looked<'_>) -> io::Result<()> {
    writeln!(out, "{}: {} at {}", one.name, one.list, one.host)?;
    for check in &one.checks {
        let word = match check.state {
            State::Ok => "ok",
            State::Note => "note",
            State::Wrong => "WRONG",
        };
        writeln!(out, "  {word:<6}{:<13}{}", check.check, visible(&check.says))?;
        if let Some(help) = &check.help {
            writeln!(out, "        {:<13}{}", "what to do:", visible(help))?;
        }
    }
    Ok(())
}

/// A list over an API: what stands on the way, then its first page.
fn api(source: &PullSource, folder: &Path, certificates: Option<Vec<u8>>, checks: &mut Vec<Check>) {
    let signer = match signer(source, folder) {
        Ok(signer) => {
            let place = source.secret.as_ref().map(|at| at.place.to_string()).unwrap_or_default();
            checks.push(Check::ok("secret", format!("is in {place}")));
            Some(signer)
        }
        Err(d) => {
            checks.push(Check::wrong("secret", d.message, d.help.unwrap_or_default()));
            None
        }
    };
    let proxy = if source.without_tls { None } else { proxy_for(&source.host) };
    match &proxy {
        Some(proxy) => checks.push(Check::note("proxy", format!("the server is asked by way of {proxy}"))),
        None if !name(source.host.host_str().unwrap_or_default(), checks) => return,
        None => {}
    }
    let Some(signer) = signer else {
        checks.push(Check::note("connection", "the server was not asked: there is nothing to ask it with"));
        return;
    };
    let what = source_of(source);
    let first = match first_asked(&what) {
        Ok(url) => url,
        Err(why) => {
            checks.push(Check::wrong("list", why, ""));
            return;
        }
    };
    let settings = HttpSettings {
        host: source.host.clone(),
        headers: &source.pull.headers,
        certificates,
        without_tls: source.without_tls,
    };
    let mut http = match Http::new(settings, signer, Box::new(|_| {})) {
        Ok(http) => http,
        Err(why) => {
            checks.push(Check::wrong("certificates", why, ""));
            return;
        }
    };
    match ask(what.pull, &first, &mut http) {
        Ok(reply) => {
            checks.push(Check::ok(
                "connection",
                if source.without_tls { "in the open, on this machine" } else { "encrypted" },
            ));
            let known = reply.status == 200;
            checks.extend(first_page(&what, &first, &reply, now()));
            if let Some(at) = scim_config(&what).filter(|_| known)
                && let Ok(reply) = http.get(&at)
            {
                checks.push(scim_says(&reply));
            }
        }
        Err(Trouble::Credentials(why)) if !why.contains("certificate") => {
            checks.push(Check::wrong("token", why, format!("what it needs: {}", source.pull.access)));
        }
        Err(Trouble::Credentials(why) | Trouble::Passing(why) | Trouble::Lasting(why)) => {
            checks.push(no_connection(&why));
        }
    }
}

/// Whether a host's name leads anywhere.
fn name(host: &str, checks: &mut Vec<Check>) -> bool {
    match addresses(host) {
        Ok(all) => {
            let all: Vec<String> = all.iter().take(3).map(ToString::to_string).collect();
            checks.push(Check::ok("name", format!("{host} is {}", all.join(", "))));
            true
        }
        Err(why) => {
            checks.push(Check::wrong(
                "name",
                format!("{host} is not found: {why}"),
                "is `url` right, and this machine online?",
            ));
            false
        }
    }
}

/// A list over LDAP.
fn directory(source: &DirectoryPull, folder: &Path, certificates: Option<Vec<u8>>, checks: &mut Vec<Check>) {
    let password = match secret(&source.secret, folder) {
        Ok(password) => {
            checks.push(Check::ok("secret", format!("is in {}", source.secret.place)));
            password
        }
        Err(d) => {
            checks.push(Check::wrong("secret", d.message, d.help.unwrap_or_default()));
            name(&source.host, checks);
            return;
        }
    };
    if !name(&source.host, checks) {
        return;
    }
    let mut ldap = Ldap::new(ldap_settings(source, password, certificates), Box::new(|_| {}));
    match ldap.sign_in() {
        Ok(()) => {
            checks.push(Check::ok(
                "connection",
                match source.encrypted {
                    Encrypted::FromTheBeginning => "encrypted",
                    Encrypted::First => "encrypted by StartTLS",
                    Encrypted::Not => "in the open, on this machine",
                },
            ));
            checks.push(Check::ok("token", "the server knows the account and its password"));
        }
        Err(Trouble::Credentials(why)) if !why.starts_with("no TLS connection") => {
            checks.push(Check::wrong("token", why, format!("what it needs: {}", source.list.access)));
            return;
        }
        Err(Trouble::Credentials(why) | Trouble::Passing(why) | Trouble::Lasting(why)) => {
            checks.push(no_connection(&why));
            return;
        }
    }
    let page = Some((source.list.page_size, [].as_slice()));
    let search = Search { base: &source.base, filter: &source.filter, attributes: &source.list.attributes, page };
    match ldap.search(&search) {
        Ok(page) => checks.extend(directory_page(&source.list, &source.base, &page)),
        Err(Trouble::Credentials(why) | Trouble::Passing(why) | Trouble::Lasting(why)) => {
            checks.push(no_connection(&why));
        }
    }
}

/// The workspace's rule for how old a list may be, in days; or why there is none.
fn freshness(folder: &Path) -> Result<u32, String> {
    if read_text(&folder.join(FILE)).is_err() {
        return Err(format!("no {FILE} gives a rule"));
    }
    match Sources::of_workspace(None, None).select(Some(folder)) {
        Ok((selection, _)) => selection
            .workspace
            .policy
            .roster_max_age_days
            .ok_or_else(|| format!("{FILE} has no rule: `policy: {{roster-max-age-days: 30}}`")),
        Err(_) => Err(format!("{FILE} cannot be read; `coverage report` says why")),
    }
}

/// What earlier pulls have left.
fn earlier(folder: &Path, to: &str, fresh: &Result<u32, String>) -> Vec<Check> {
    let noted = |list: &str| {
        let bytes = read_text(&folder.join(sidecar_of(list))).ok()?;
        serde_json::from_slice::<Provenance>(&bytes).ok()
    };
    let days = |p: &Provenance| now().duration_since(p.began).as_hours() / 24;
    let old = |p: &Provenance| format!("{} {} old", days(p), if days(p) == 1 { "day" } else { "days" });
    let mut checks = Vec::new();
    match (noted(to), fresh) {
        (None, _) => checks.push(Check::note("last pull", format!("{to} has not been fetched yet"))),
        (Some(p), Ok(most)) if days(&p) > i64::from(*most) => checks.push(Check::wrong(
            "last pull",
            format!("{to} is {}, and the workspace's rule is {most}", old(&p)),
            "`coverage pull` fetches it again",
        )),
        (Some(p), Ok(_)) => {
            checks.push(Check::ok("last pull", format!("{to}: {} entries, {}", p.entries, old(&p))));
        }
        (Some(p), Err(why)) => {
            checks.push(Check::note("last pull", format!("{to}: {} entries, {}; {why}", p.entries, old(&p))));
        }
    }
    let (stem, end) = ending_of(to).unwrap_or((to, ""));
    if let Some(p) = noted(&format!("{stem}.incomplete{end}")) {
        let why = p.why_not.unwrap_or_default();
        checks.push(Check::note("last pull", format!("a later one came only in part, {}: {why}", p.began)));
    }
    checks
}

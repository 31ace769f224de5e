//! `coverage init`: a `coverage.yaml` from the exports that lie in a folder.

use super::Outcome;
use super::selection::FILE;
use crate::catalog::Catalog;
use crate::diag::{Diagnostic, visible};
use crate::host::{DiskFile, files_in, write_whole};
use crate::ingest::{self, Input as _, Request, Wish};
use crate::model::{Entry, Holds, MARK, Role};
use crate::plan::LOG;
use crate::pull::{LISTS_END, sidecar_of};
use crate::rules::decide;
use crate::run::known;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Look at the exports in a folder and write a coverage.yaml for them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Replace a coverage.yaml that is there.
    #[arg(long)]
    force: bool,
}

/// One file and what it was recognised as.
struct Found {
    file: String,
    product: String,
    export: String,
    holds: Vec<Holds>,
    neutral: bool,
    /// Its note says when it was fetched.
    pulled: bool,
    /// The column that says which of several things a line is about, where lists were joined.
    about: Option<String>,
    time: Option<String>,
    said: Option<String>,
}

/// The column by which the lines of joined lists are told apart: a name that people know, if there is one.
fn about(header: &[String]) -> Option<String> {
    let marks: Vec<&String> = header.iter().filter(|h| h.starts_with(&format!("{MARK}."))).collect();
    let named = |h: &&&String| h.ends_with(".label") || h.ends_with(".name");
    marks.iter().find(named).or(marks.first()).map(|h| (**h).clone())
}

/// Runs the command.
#[allow(clippy::disallowed_methods, reason = "a coverage.yaml that is there is not written over")]
pub fn run(args: &Args) -> Outcome {
    let place = args.folder.join(FILE);
    if place.exists() && !args.force {
        return Err(Diagnostic::error(place.display().to_string(), "is there already")
            .help("--force replaces it")
            .into());
    }
    let catalog = Catalog::embedded_slim();
    let known = known(catalog);
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    let files = files_in(&args.folder)?;
    let beside = beside_pulled(&files);
    for path in files {
        let shown = within(&args.folder, &path);
        if !is_candidate(&path) || beside.contains(&path) {
            continue;
        }
        let file = DiskFile::new(&shown, &path);
        // An employee list has columns that a member list has, too: who works here is asked first.
        let wish = |holds| Request { wish: Wish { holds, ..Wish::default() }, ..Request::default() };
        let opened = ingest::open(&file, wish(None), &known, &TimeZone::UTC);
        let opened = match opened {
            Ok(o) if catalog.get(o.product).is_some_and(|e| e.domains.is_empty()) => {
                ingest::open(&file, wish(Some(Holds::Employees)), &known, &TimeZone::UTC).or(Ok(o))
            }
            other => other,
        };
        match opened {
            Ok(opened) => {
                let said = opened
                    .export
                    .file_name
                    .as_deref()
                    .and_then(|p| crate::run::from_name(p, &shown))
                    .map(|w| w.to_string());
                found.push(Found {
                    file: shown,
                    product: opened.product.to_owned(),
                    export: opened.export.id.clone(),
                    holds: opened.export.holds.clone(),
                    neutral: catalog.get(opened.product).is_some_and(|e| e.domains.is_empty()),
                    pulled: beside.contains(Path::new(&sidecar_of(&path.to_string_lossy()))),
                    about: about(&opened.header),
                    time: file.modified().map(|t| format!("{t:.0}")),
                    said,
                });
            }
            Err(problem) => unknown.push((shown, problem)),
        }
    }
    if found.is_empty() && unknown.is_empty() {
        return Err(Diagnostic::error(args.folder.display().to_string(), "no export lies in this folder")
            .help("put CSV, XLSX, JSON or LDIF exports into it, in folders of its own if you like")
            .into());
    }
    let text = write(catalog, &found, &unknown);
    write_whole(&place, text.as_bytes())?;
    let mut out = io::stdout().lock();
    for f in &found {
        writeln!(
            out,
            "{}  {} ({})",
            visible(&f.file),
            f.export,
            f.holds.iter().map(|h| h.word()).collect::<Vec<_>>().join(", ")
        )?;
    }
    for (file, problem) in &unknown {
        writeln!(out, "{}  not recognised: {}", visible(file), visible(&problem.message))?;
    }
    writeln!(
        out,
        "\nWritten: {}\nNext: look it over, then `coverage report {}`",
        visible(&place.display().to_string()),
        decide::quoted(&args.folder.display().to_string())
    )?;
    Ok(false)
}

/// The name of a file in a folder. Only what separates folders becomes `/`: where a `\` does not, it may belong to a name.
fn within(folder: &Path, path: &Path) -> String {
    let path = path.strip_prefix(folder).unwrap_or(path);
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn is_candidate(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("").to_lowercase();
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("").to_lowercase();
    matches!(extension.as_str(), "csv" | "tsv" | "txt" | "xlsx" | "json" | "jsonl" | "ndjson" | "ldif" | "ldf")
        && !name.starts_with("readme")
}

/// What `coverage pull` keeps beside its lists: notes of where they come from, parts that are no lists, and how far it is;
/// and the log of `coverage apply`.
fn beside_pulled(files: &[PathBuf]) -> BTreeSet<PathBuf> {
    let named = |path: &Path, end: &str| path.to_string_lossy().ends_with(end);
    let mut beside = BTreeSet::new();
    for end in LISTS_END {
        let noted = files.iter().filter(|path| named(path, end)).map(|path| {
            let note = PathBuf::from(sidecar_of(&path.to_string_lossy()));
            (path, note)
        });
        for (list, note) in noted.filter(|(_, note)| files.contains(note)) {
            if named(list, &format!(".incomplete{end}")) {
                beside.insert(list.clone());
            }
            beside.insert(note);
        }
        beside.extend(files.iter().filter(|path| named(path, &format!("{end}.part.json"))).cloned());
    }
    beside.extend(files.iter().filter(|path| path.file_name().is_some_and(|name| name == LOG)).cloned());
    beside
}

/// An id for an app whose file does not say it: from the file's name.
fn id_from_name(file: &str) -> String {
    let stem = file.rsplit('/').next().unwrap_or(file).rsplit_once('.').map_or(file, |(s, _)| s);
    let words: Vec<String> = stem
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(str::to_ascii_lowercase)
        .filter(|w| !w.is_empty() && !w.bytes().all(|b| b.is_ascii_digit()))
        .filter(|w| {
            !matches!(
                w.as_str(),
                "users"
                    | "user"
                    | "members"
                    | "member"
                    | "export"
                    | "list"
                    | "roster"
                    | "mitglieder"
                    | "people"
                    | "csv"
            )
        })
        .collect();
    if words.is_empty() { "app".to_owned() } else { words.join("-") }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn write(catalog: &Catalog, found: &[Found], unknown: &[(String, Diagnostic)]) -> String {
    let mut t = String::from(
        "# What to read, which apps are in use, and the company's policy. Written by `coverage init`.\n\
         # Every line that begins with `#` may be filled in; what is left out is not judged, never guessed.\n\n\
         company:\n  # name: Your company\n  # domains: [example.com]           # left out: the domains of HR and of the directory\n  \
         # domain-aliases: {old.example: example.com}\n  zone: UTC                          # a leaving date ends at midnight of this zone\n\n",
    );
    let input = |t: &mut String, f: &Found, indent: &str| {
        let _ = writeln!(t, "{indent}- file: {}", quoted(&f.file));
        let _ = writeln!(t, "{indent}  export: {}", f.export);
        extraction(t, f, &format!("{indent}  "));
    };
    let entry = |f: &Found| catalog.get(&f.product);
    let is_hr = |f: &&Found| f.holds.contains(&Holds::Employees);
    let is_idp = |f: &&Found| !is_hr(f) && f.holds.contains(&Holds::Identities);
    t.push_str("# Who works here, the most trusted source first.\n");
    if found.iter().any(|f| is_hr(&f)) {
        t.push_str("hr:\n");
        found.iter().filter(is_hr).for_each(|f| input(&mut t, f, "  "));
    } else {
        t.push_str("# hr:\n#   - file: employees.csv\n");
    }
    t.push_str("\n# Identity providers, the most trusted first.\n");
    if found.iter().any(|f| is_idp(&f)) {
        t.push_str("idp:\n");
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        for f in found.iter().filter(is_idp) {
            input(&mut t, f, "  ");
            let n = seen.entry(&f.product).or_insert(0);
            *n += 1;
            let _ =
                if *n == 1 { writeln!(t, "    id: {}", f.product) } else { writeln!(t, "    id: {}-{n}", f.product) };
        }
    } else {
        t.push_str("# idp:\n#   - file: okta-users.json\n");
    }
    t.push_str("\n# The apps in use. An app without a roster is reported as not evaluated.\napps:\n");
    let mut apps: BTreeMap<String, Vec<&Found>> = BTreeMap::new();
    let mut directories: BTreeMap<&str, Vec<&Found>> = BTreeMap::new();
    for f in found.iter().filter(|f| !is_hr(f) && f.holds.contains(&Holds::Accounts)) {
        if is_idp(&f) {
            // Read twice, one leaver's one account would be found twice.
            if entry(f).is_some_and(|e| e.roles.contains(&Role::App)) {
                directories.entry(&f.product).or_default().push(f);
            }
            continue;
        }
        let id = if f.neutral { id_from_name(&f.file) } else { f.product.clone() };
        apps.entry(id).or_default().push(f);
    }
    if apps.is_empty() {
        t.truncate(t.trim_end_matches("apps:\n").len());
        t.push_str("# apps:\n#   slack:\n#     roster: slack-members.csv\n");
    }
    for (id, files) in &apps {
        app(&mut t, id, files, catalog.get(id));
    }
    also_apps(&mut t, &directories);
    t.push_str(
        "\n# Accounts that no person holds, by pattern, and accounts out of scope. What is decided about a single account stands\n\
         # in links.yaml beside this file; `coverage link` writes it.\n\
         # non-human:\n#   - {match: \"svc-*\", owner: ann@example.com, reason: deployment}\n\
         # exclude:\n#   - {match: \"*@test.example.com\", reason: test accounts}\n\
         \n# Limits. What is left out is not judged.\npolicy:\n  # dormant-days: 90\n  # roster-max-age-days: 30\n  # fail-on: high\n",
    );
    let given: Vec<&Found> = found.iter().filter(|f| f.holds == [Holds::Assignments]).collect();
    if !given.is_empty() {
        t.push_str(
            "\n# Whom an app is assigned to. Name each of these as `assignments` of the app that it is about.\n",
        );
        for f in given {
            let only =
                f.about.as_ref().map_or_else(String::new, |column| format!(", only: {{{column}: \"its name there\"}}"));
            let _ = writeln!(t, "#   assignments: {{file: {}, export: {}{only}}}", quoted(&f.file), f.export);
        }
    }
    if !unknown.is_empty() {
        t.push_str("\n# Not recognised. For each: name its export, describe it under `exports`, or leave it out.\n");
        for (file, problem) in unknown {
            let _ = writeln!(
                t,
                "#   {}: {}",
                visible(file).replace('\n', " "),
                visible(&problem.message).replace('\n', " ")
            );
            if let Some(help) = &problem.help {
                let _ = writeln!(t, "#     {}", visible(help).replace('\n', " "));
            }
        }
    }
    t
}

fn extraction(t: &mut String, f: &Found, indent: &str) {
    if f.pulled {
        return;
    }
    match (&f.said, &f.time) {
        (Some(said), _) => {
            let _ = writeln!(t, "{indent}# extracted-at: its name says {said}");
        }
        (None, Some(time)) => {
            let _ = writeln!(
                t,
                "{indent}# extracted-at: {time}    # the file's time stamp, a guess: write when it was exported"
            );
        }
        (None, None) => {}
    }
}

/// Directories that can be judged as apps, too, each as a line that waits to be switched on.
fn also_apps(t: &mut String, directories: &BTreeMap<&str, Vec<&Found>>) {
    if directories.is_empty() {
        return;
    }
    t.push_str(
        "# Read as identity providers above. Where one is an app that people work in, too, such as Google Workspace for\n\
         # mail and files, switch its line on: a leaver's account in it is then judged like one in any other app.\n",
    );
    for (id, files) in directories {
        let rosters: Vec<String> =
            files.iter().map(|f| format!("{{file: {}, export: {}}}", quoted(&f.file), f.export)).collect();
        let _ = writeln!(t, "#   {id}: {{roster: [{}]}}", rosters.join(", "));
    }
}

fn app(t: &mut String, id: &str, files: &[&Found], entry: Option<&Entry>) {
    let _ = writeln!(t, "  {id}:");
    match files {
        [one] => {
            let _ = writeln!(t, "    roster: {{file: {}, export: {}}}", quoted(&one.file), one.export);
            extraction(t, one, "    ");
        }
        several => {
            t.push_str("    roster:\n");
            for f in several {
                let _ = writeln!(t, "      - {{file: {}, export: {}}}", quoted(&f.file), f.export);
            }
        }
    }
    match entry {
        None => t.push_str("    # product: the app's id in `coverage catalog list`, if it is there\n"),
        Some(entry) => {
            let mut choices = |key: &str, what: &str, known: Vec<&str>| {
                if !known.is_empty() {
                    let _ = writeln!(t, "    # {key}: {what} {}", known.join(", "));
                }
            };
            choices("plan", "one of", entry.plans.iter().map(String::as_str).collect());
            choices("addons", "[] or some of", entry.addons.keys().map(String::as_str).collect());
            choices("variant", "one of", entry.variants.keys().map(String::as_str).collect());
            choices("tenancy", "one of", entry.tenancy.iter().map(String::as_str).collect());
            choices("region", "one of", entry.regions.keys().map(String::as_str).collect());
        }
    }
    t.push_str("    # sso: enforced, optional or off\n    # scim: on or off\n    # expected: everyone, employees or nobody\n    # owner: ann@example.com\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_as_it_is() {
        assert_eq!(within(Path::new("all"), &Path::new("all").join("hr").join("a.csv")), "hr/a.csv");
        #[cfg(unix)]
        assert_eq!(within(Path::new("all"), Path::new("all/q\\x.csv")), "q\\x.csv");
    }
}

//! The text of a new coverage.yaml.

use super::group::{App, Aside, Lists};
use super::{Found, Gathered, NOBODY, Sorted};
use crate::catalog::Catalog;
use crate::diag::{Diagnostic, visible};
use crate::model::{Entry, Holds, Role};
use std::collections::BTreeMap;
use std::fmt::Write as _;

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// What is written for these files.
pub(super) fn write(catalog: &Catalog, gathered: &Gathered, sorted: &Sorted<'_>) -> String {
    let Gathered { found, unknown, .. } = gathered;
    let mut t = String::from(
        "# What to read, which apps are in use, and the company's policy. Written by `coverage init`.\n\
         # Every line that begins with `#` may be filled in; what is left out is not judged, never guessed.\n\n\
         company:\n  # name: Your company\n  # domains: [example.com]           # left out: the domains of HR and of the directory\n  \
         # domain-aliases: {old.example: example.com}\n  zone: UTC                          # a leaving date ends at midnight of this zone\n\n",
    );
    let input = |t: &mut String, f: &Found| {
        let _ = writeln!(t, "  - file: {}", quoted(&f.file));
        let _ = writeln!(t, "    export: {}", f.export);
        extraction(t, f, "    ");
    };
    if sorted.knows_nobody() {
        let _ = writeln!(
            t,
            "# No HR list and no directory was found in this folder. Until one stands under `hr` or `idp`,\n# {NOBODY}.\n"
        );
    }
    t.push_str("# Who works here, the most trusted source first.\n");
    if sorted.hr.read.is_empty() {
        t.push_str("# hr:\n#   - file: employees.csv\n");
    } else {
        t.push_str("hr:\n");
        for f in &sorted.hr.read {
            input(&mut t, f);
            if let Some(part) = sorted.hr.parts.iter().find(|part| std::ptr::eq(part.file, *f)) {
                let _ = writeln!(t, "    # {}", visible(&part.text()).replace('\n', " "));
            }
        }
        set_aside(&mut t, &sorted.hr, "  ");
    }
    t.push_str("\n# Identity providers, the most trusted first.\n");
    if sorted.idp.read.is_empty() {
        t.push_str("# idp:\n#   - file: okta-users.json\n");
    } else {
        t.push_str("idp:\n");
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        for f in &sorted.idp.read {
            input(&mut t, f);
            let n = seen.entry(&f.product).or_insert(0);
            *n += 1;
            let _ =
                if *n == 1 { writeln!(t, "    id: {}", f.product) } else { writeln!(t, "    id: {}-{n}", f.product) };
        }
        set_aside(&mut t, &sorted.idp, "  ");
    }
    t.push_str("\n# The apps in use. An app without a roster is reported as not evaluated.\n");
    if sorted.apps.is_empty() {
        t.push_str("# apps:\n#   slack:\n#     roster: slack-members.csv\n");
    } else {
        t.push_str("apps:\n");
    }
    for one in &sorted.apps {
        app(&mut t, one, catalog.get(&one.id));
    }
    // Read twice, one leaver's one account would be found twice.
    let mut directories: BTreeMap<&str, Vec<&Found>> = BTreeMap::new();
    for f in sorted.idp.read.iter().filter(|f| f.holds.contains(&Holds::Accounts)) {
        if catalog.get(&f.product).is_some_and(|e| e.roles.contains(&Role::App)) {
            directories.entry(&f.product).or_default().push(f);
        }
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
    let stopped = found.iter().filter_map(|f| Some((&f.file, f.problem.as_ref()?)));
    told(&mut t, "These cannot be used as they are.", stopped);
    let doubted = found.iter().flat_map(|f| f.doubts.iter().map(|doubt| (&f.file, doubt)));
    told(&mut t, "Look at these before you rely on them.", doubted);
    let unknown = unknown.iter().map(|(file, problem)| (file, problem));
    told(&mut t, "Not recognised. For each: name its export, describe it under `exports`, or leave it out.", unknown);
    if !gathered.passed.is_empty() {
        t.push_str(
            "\n# Not looked at. What is an export: put the file itself here, under a name that ends in .csv, say.\n",
        );
    }
    for (file, why) in &gathered.passed {
        let _ = writeln!(t, "#   {}: {why}", visible(file).replace('\n', " "));
    }
    t
}

/// What is to be said of files, below a title.
fn told<'f>(t: &mut String, title: &str, problems: impl Iterator<Item = (&'f String, &'f Diagnostic)>) {
    let mut problems = problems.peekable();
    if problems.peek().is_some() {
        let _ = writeln!(t, "\n# {title}");
    }
    for (file, problem) in problems {
        let line = |text: &str| visible(text).replace('\n', " ");
        let _ = writeln!(t, "#   {}: {}", line(file), line(&problem.message));
        if let Some(help) = &problem.help {
            let _ = writeln!(t, "#     {}", line(help));
        }
    }
}

fn extraction(t: &mut String, f: &Found, indent: &str) {
    if f.pulled {
        return;
    }
    match (&f.said, &f.time) {
        (Some(said), _) => {
            let _ = writeln!(t, "{indent}# extracted-at: its name says {said}");
        }
        (None, _) if f.name.is_exact => {
            let day = f.name.day.map_or_else(String::new, |day| day.to_string());
            let _ = writeln!(
                t,
                "{indent}# extracted-at: {day}    # by its name: switch it on if it was exported then, else its time stamp counts"
            );
        }
        (None, Some(time)) => {
            let _ = writeln!(
                t,
                "{indent}# extracted-at: {time:.0}    # the file's time stamp, a guess: write when it was exported"
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

/// The files that are not read, each as a line that says why.
fn set_aside(t: &mut String, lists: &Lists<'_>, indent: &str) {
    for aside in &lists.aside {
        let Aside { file, .. } = aside;
        let line = format!("{{file: {}, export: {}}}", quoted(&file.file), file.export);
        let _ = writeln!(t, "{indent}# not read: {line}    # {}", visible(&aside.text()).replace('\n', " "));
    }
}

fn app(t: &mut String, app: &App<'_>, entry: Option<&Entry>) {
    let _ = match app.unnamed {
        true => writeln!(t, "  {}:    # no name says which app this is: write its name in place of `{0}`", app.id),
        false => writeln!(t, "  {}:", app.id),
    };
    match app.lists.read.as_slice() {
        [one] => {
            let _ = writeln!(t, "    roster: {{file: {}, export: {}}}", quoted(&one.file), one.export);
            extraction(t, one, "    ");
        }
        several => {
            t.push_str("    roster:    # read together, as parts of one list\n");
            for f in several {
                let _ = writeln!(t, "      - {{file: {}, export: {}}}", quoted(&f.file), f.export);
            }
        }
    }
    set_aside(t, &app.lists, "    ");
    match entry {
        None if app.product.is_some() => {
            let product = app.product.unwrap_or_default();
            let _ =
                writeln!(t, "    # product: {product}    # a part of the name says so: switch it on if it is right");
        }
        None => t.push_str("    # product: the app's id in `coverage catalog list`, if it is there\n"),
        Some(entry) => {
            let mut choices = |key: &str, what: &str, known: Vec<&str>| {
                let _ = match known.as_slice() {
                    [] => Ok(()),
                    [only] if what == "one of" => writeln!(t, "    # {key}: {only}    # the only one in the catalog"),
                    [only] => writeln!(t, "    # {key}: [] or [{only}]"),
                    several => writeln!(t, "    # {key}: {what} {}", several.join(", ")),
                };
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

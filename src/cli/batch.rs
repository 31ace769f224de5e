//! `coverage report --batch`: a report for each of many companies, one folder each.
//!
//! Every company is read, judged and written by itself, on one thread, several of them side by side. What is wrong with one
//! stops no other; and none may read a file that lies outside of its folder, so that nothing of one comes into another's report.

use super::own_catalog::Loaded;
use super::report::{Args, REPORT, make};
use super::{Failure, Outcome, tell};
use crate::diag::{Diagnostic, cause};
use crate::host::{Progress, folders_in, make_folder, same_folder, write_whole};
use crate::report::batch::{self, Summary, Tenant};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// The summaries of all tenants, beside the folders with their reports.
const CSV: &str = "batch.csv";
const JSON: &str = "batch.json";

/// What a thread has for calls within calls: as much as the program has where it begins.
const STACK: usize = 8 << 20;

/// A company's folder.
struct Place {
    /// The name of the folder.
    name: String,
    folder: PathBuf,
    /// Where its report goes.
    out: PathBuf,
}

/// What has become of a tenant.
struct Told {
    tenant: Tenant,
    /// Remarks about its inputs, or why there is no report.
    diagnostics: Vec<Diagnostic>,
    /// What lies beside its report and is of no use any more.
    left: Vec<Diagnostic>,
}

/// Runs the command.
pub fn run(args: &Args, folder: &Path) -> Outcome {
    let places = places(folder, args.out.as_deref())?;
    let own = args.sources.own()?;
    tell(own.as_ref().map(|own| own.warnings.as_slice()).unwrap_or_default());
    let width = batch::width(places.iter().map(|place| place.name.as_str()));
    let progress = Progress::counting("company", "companies");
    let (mut tenants, mut failures, mut printed) = (Vec::with_capacity(places.len()), Vec::new(), Ok(()));
    let mut left = BTreeMap::new();
    each(&places, &|place| one(args, place, own.as_ref(), &progress), &mut |told: Told| {
        progress.aside(|| {
            if told.tenant.summary.is_some() {
                tell(&told.diagnostics);
            }
            // A pipe that somebody has closed does not end the work.
            if !args.quiet && printed.is_ok() {
                printed = told.tenant.line(width, io::stdout().lock());
            }
        });
        if told.tenant.summary.is_none() {
            failures.extend(told.diagnostics);
        }
        // What lies between their reports, each of them finds.
        for d in told.left {
            left.entry(d.file.clone()).or_insert(d);
        }
        tenants.push(told.tenant);
    });
    progress.end();
    tell(&left.into_values().collect::<Vec<_>>());
    if let Some(out) = &args.out {
        write(out, &tenants)?;
    }
    printed?;
    let mut out = io::stdout().lock();
    if !args.quiet {
        writeln!(out)?;
    }
    batch::end(&tenants, &mut out)?;
    match &args.out {
        Some(place) => writeln!(out, "Summary: {}", place.join(CSV).display())?,
        None => writeln!(out, "Reports: {}", folder.join("*").join(REPORT).display())?,
    }
    if failures.is_empty() { Ok(tenants.iter().any(Tenant::reached)) } else { Err(failures.into()) }
}

/// The companies in a folder, and where their reports go.
#[allow(clippy::disallowed_methods, reason = "a workspace is told from a folder of many by its coverage.yaml")]
fn places(folder: &Path, out: Option<&Path>) -> Result<Vec<Place>, Failure> {
    let shown = folder.display().to_string();
    if folder.join(super::selection::FILE).exists() {
        return Err(Diagnostic::error(&shown, "is the workspace of one company, and --batch wants a folder with many")
            .help(format!("leave --batch out, or name the folder around it: `coverage report {shown}`"))
            .into());
    }
    if out.is_some_and(|out| same_folder(folder, out)) {
        return Err(Failure::Usage("--out is the folder with the workspaces: name another one".into()));
    }
    let folders = folders_in(folder, out)?;
    if folders.is_empty() {
        return Err(Diagnostic::error(shown, "there is no folder in it")
            .help("--batch wants a folder with one folder for each company, each with a coverage.yaml")
            .into());
    }
    let place = |folder: PathBuf| {
        let name = folder.file_name().unwrap_or_default();
        let out = out.map_or_else(|| folder.join(REPORT), |out| out.join(name));
        Place { name: name.to_string_lossy().into_owned(), out, folder }
    };
    Ok(folders.into_iter().map(place).collect())
}

/// Does the work for each of the places on several threads and hands over what comes out in the order of the places.
fn each(places: &[Place], work: &(dyn Fn(&Place) -> Told + Sync), take: &mut dyn FnMut(Told)) {
    let (next, (send, receive)) = (AtomicUsize::new(0), mpsc::channel());
    let worker = |send: mpsc::Sender<(usize, Told)>| {
        // What would be done side by side for one company stays on this thread: there are others to do beside it.
        let _alone = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
        loop {
            let ix = next.fetch_add(1, Ordering::Relaxed);
            let Some(place) = places.get(ix) else { return };
            if send.send((ix, work(place))).is_err() {
                return;
            }
        }
    };
    let (mut waiting, mut expected) = (BTreeMap::new(), 0);
    let mut took = |(ix, told)| {
        waiting.insert(ix, told);
        while let Some(told) = waiting.remove(&expected) {
            take(told);
            expected += 1;
        }
    };
    let threads = rayon::current_num_threads().min(places.len());
    thread::scope(|scope| {
        let worker = &worker;
        let began = (0..threads)
            .filter(|_| {
                let send = send.clone();
                thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || worker(send)).is_ok()
            })
            .count();
        if began == 0 {
            // No thread is to be had: then on this one.
            worker(send.clone());
        }
        drop(send);
        receive.iter().for_each(&mut took);
    });
}

/// One company, from its files to its report.
fn one(args: &Args, place: &Place, own: Option<&Loaded>, progress: &Progress) -> Told {
    progress.say(&place.name);
    let made = guarded(|| -> Result<(Summary, Vec<Diagnostic>, Vec<Diagnostic>), Failure> {
        if [CSV, JSON].contains(&place.name.as_str()) && args.out.is_some() {
            return Err(Failure::Usage(format!("a report cannot stand in {}, where the summary goes", place.name)));
        }
        let (selection, mut remarks) = args.sources.select_one(&place.folder, own)?;
        let made = make(args, &selection, &place.out, None, &|_| {})?;
        let summary = Summary::of(&made.report, made.said.reached);
        remarks.extend(made.said.passed_over());
        remarks.extend(made.said.warnings());
        Ok((summary, remarks, made.left))
    });
    let failed = |all| (None, all, Vec::new());
    let (summary, found, left) = match made {
        Ok(Ok((summary, remarks, left))) => (Some(summary), remarks, left),
        Ok(Err(Failure::Inputs(all))) => failed(all),
        Ok(Err(Failure::Usage(message))) => failed(vec![Diagnostic::error("", message)]),
        Ok(Err(Failure::Io(e))) => failed(vec![Diagnostic::error("", cause(&e))]),
        Err(at) => failed(vec![stumbled(&at)]),
    };
    let problems =
        if summary.is_some() { Vec::new() } else { found.iter().map(|d| in_it(d, place).to_string()).collect() };
    let diagnostics = found.iter().map(|d| seen_from_outside(d, place)).collect();
    Told { tenant: Tenant { tenant: place.name.clone(), problems, summary }, diagnostics, left }
}

/// A remark with the name of its file as the company's folder has it.
fn in_it(d: &Diagnostic, place: &Place) -> Diagnostic {
    let file =
        Path::new(&d.file).strip_prefix(&place.folder).map_or_else(|_| d.file.clone(), |f| f.display().to_string());
    Diagnostic { file, ..d.clone() }
}

/// A remark with the path of its file.
fn seen_from_outside(d: &Diagnostic, place: &Place) -> Diagnostic {
    if Path::new(&d.file).starts_with(&place.out) {
        // What is said of the report's place has its path already.
        return d.clone();
    }
    let file = place.folder.join(in_it(d, place).file);
    Diagnostic { file: file.display().to_string().trim_end_matches('/').to_owned(), ..d.clone() }
}

/// Writes the summaries.
fn write(out: &Path, tenants: &[Tenant]) -> Result<(), Failure> {
    make_folder(out)?;
    let (mut csv, mut json) = (Vec::new(), Vec::new());
    batch::write_csv(tenants, &mut csv)?;
    batch::write_json(tenants, &mut json)?;
    for (name, bytes) in [(CSV, csv), (JSON, json)] {
        let place = out.join(name);
        write_whole(&place, &bytes).map_err(|e| {
            Diagnostic::error(place.display().to_string(), format!("cannot be written: {}", cause(&e)))
                .help("check the folder's permissions, and whether the disk is full")
        })?;
    }
    Ok(())
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    static STUMBLED_AT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Whether this thread works for one company of many. The place of a mistake is kept for its message; its words are not, for
/// they may hold what stands in the company's files.
pub fn is_guarded(panic: &PanicHookInfo<'_>) -> bool {
    if GUARDED.get() {
        STUMBLED_AT.set(panic.location().map(ToString::to_string).unwrap_or_default());
    }
    GUARDED.get()
}

/// Does something that a mistake of the program ends, and nothing else with it.
///
/// # Errors
/// Where in the program the mistake is.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    GUARDED.set(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(false);
    done.map_err(|_| STUMBLED_AT.take())
}

fn stumbled(at: &str) -> Diagnostic {
    Diagnostic::error("", format!("a mistake of the program ended this company's report, at {at}"))
        .help("please tell its makers the place; the other companies are not touched by it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_of_the_program_ends_one_companys_report_and_the_rest_come_in_their_order() {
        let names: Vec<String> = (0..40).map(|n| format!("{n:02}")).collect();
        let place = |name: &String| Place { name: name.clone(), folder: name.into(), out: name.into() };
        let places: Vec<Place> = names.iter().map(place).collect();
        let work = |place: &Place| {
            let done = guarded(|| {
                if place.name == "07" {
                    panic!("as if by mistake");
                }
                // Work that would be shared stays on this thread.
                rayon::join(|| thread::current().id(), || thread::current().id())
            });
            let problems = match done {
                Ok((a, b)) => vec![(a == b && a == thread::current().id()).to_string()],
                Err(at) => vec![stumbled(&at).to_string()],
            };
            Told {
                tenant: Tenant { tenant: place.name.clone(), problems, summary: None },
                diagnostics: Vec::new(),
                left: Vec::new(),
            }
        };
        let mut came = Vec::new();
        each(&places, &work, &mut |told| came.push(told.tenant));
        assert_eq!(came.iter().map(|t| t.tenant.clone()).collect::<Vec<_>>(), names);
        for tenant in came {
            match tenant.tenant.as_str() {
                "07" => assert!(tenant.problems[0].contains("a mistake of the program"), "{:?}", tenant.problems),
                _ => assert_eq!(tenant.problems, ["true"]),
            }
        }
        assert!(!GUARDED.get());
    }
}

//! Files that are named on the command line, without a `coverage.yaml`.

use super::{Selection, Sources, products};
use crate::catalog::Catalog;
use crate::cli::Failure;
use crate::diag::Diagnostic;
use crate::host::DiskFile;
use crate::ingest::{Input, Request, Wish};
use crate::model::{Holds, Provenance};
use crate::run::{known, looked_at};
use crate::workspace::{self, App, ID_HELP, Workspace, is_id};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

impl Sources {
    pub(super) fn of_flags(&self) -> Result<(Selection, Vec<Diagnostic>), Failure> {
        let loaded = self.own.load_slim()?;
        let catalog = loaded.catalog.as_ref();
        let mut workspace = Workspace::empty();
        let input = |file: &str, id: Option<String>| workspace::Input {
            id,
            file: file.to_owned(),
            export: None,
            extracted_at: None,
            encoding: None,
            date_order: None,
            only: BTreeMap::new(),
            provenance: Provenance::default(),
            accept: Vec::new(),
            line: 0,
        };
        let mut problems = Vec::new();
        let mut once = Once::default();
        for written in &self.hr {
            let named = Named { option: "--hr", id: None, file: written };
            match named.is_named().and_then(|()| once.file("", &named)) {
                Ok(()) => workspace.hr.push(input(written, None)),
                Err(problem) => problems.push(problem),
            }
        }
        for written in &self.idp {
            match Named::split("--idp", written)
                .and_then(|named| once.file("", &named).and(once.id(&named)).and(Ok(named)))
            {
                Ok(named) => workspace.idp.push(input(named.file, named.id.map(str::to_owned))),
                Err(problem) => problems.push(problem),
            }
        }
        for written in &self.roster {
            let named = match Named::split("--roster", written) {
                Ok(named) => named,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            let product = match named.id {
                Some(id) => catalog.get(id).map(|e| e.id.clone()),
                None => match recognise(catalog, named.file) {
                    Ok(product) => Some(product),
                    Err(problem) => {
                        problems.push(problem);
                        continue;
                    }
                },
            };
            let id = named.id.map(str::to_owned).or_else(|| product.clone()).unwrap_or_default();
            if let Err(problem) = once.file(&id, &named) {
                problems.push(problem);
                continue;
            }
            let roster = input(named.file, None);
            match workspace.apps.iter_mut().find(|a| a.id == id) {
                Some(app) => app.rosters.push(roster),
                None => {
                    let name =
                        product.as_deref().and_then(|p| catalog.get(p)).map_or_else(|| id.clone(), |e| e.name.clone());
                    workspace.apps.push(App { rosters: vec![roster], ..App::named(id, name, product) });
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems.into());
        }
        workspace.apps.sort_by(|a, b| a.id.cmp(&b.id));
        let catalog = catalog.with_exports(Vec::new()).with_claims(products(&workspace));
        let selection = Selection {
            workspace,
            catalog,
            own_catalog: loaded.files,
            folder: PathBuf::new(),
            within: None,
            file: None,
            file_bytes: None,
            exceptions: None,
            exceptions_bytes: None,
            reviews: None,
            reviews_bytes: None,
            links: None,
            links_bytes: None,
            as_of: self.as_of,
            extracted_at: self.extracted_at,
        };
        Ok((selection, loaded.warnings))
    }
}

/// A file as an option names it.
struct Named<'a> {
    option: &'static str,
    /// The app's or the directory's id, if one is given.
    id: Option<&'a str>,
    file: &'a str,
}

impl<'a> Named<'a> {
    /// `ID=FILE`, or the name of a file, which may have a `=` in it.
    #[allow(clippy::disallowed_methods, reason = "a file may have a `=` in its name")]
    fn split(option: &'static str, written: &'a str) -> Result<Self, Diagnostic> {
        let named = match written.split_once('=') {
            Some((id, file)) if !Path::new(written).exists() => Self { option, id: Some(id), file },
            _ => Self { option, id: None, file: written },
        };
        if let Some(id) = named.id.filter(|id| !is_id(id)) {
            return Err(Diagnostic::error(
                format!("{option} {written}"),
                format!("`{id}` cannot be an id, and there is no file `{written}`"),
            )
            .help(ID_HELP));
        }
        named.is_named().and(Ok(named))
    }

    /// That a file is named at all.
    fn is_named(&self) -> Result<(), Diagnostic> {
        if self.file.trim().is_empty() {
            let written = self.id.map_or_else(String::new, |id| format!("{id}="));
            return Err(Diagnostic::error(format!("{} {written}", self.option).trim_end(), "this names no file")
                .help(format!("write {} {written}FILE", self.option)));
        }
        Ok(())
    }
}

/// What has been named so far: the rows of a file that is given twice would count twice.
#[derive(Default)]
struct Once {
    files: BTreeSet<(&'static str, String, String)>,
    ids: BTreeSet<String>,
}

impl Once {
    /// A file of an app, or of none.
    fn file(&mut self, app: &str, named: &Named<'_>) -> Result<(), Diagnostic> {
        if self.files.insert((named.option, app.to_owned(), named.file.to_owned())) {
            return Ok(());
        }
        Err(Diagnostic::error(named.file, format!("this file is named twice with {}", named.option))
            .help("name it once: its rows would count twice"))
    }

    /// An id that is given to one file only.
    fn id(&mut self, named: &Named<'_>) -> Result<(), Diagnostic> {
        let Some(id) = named.id else { return Ok(()) };
        if self.ids.insert(id.to_owned()) {
            return Ok(());
        }
        Err(Diagnostic::error(named.file, format!("the id `{id}` is already that of another file of {}", named.option))
            .help("give each of them an id of its own"))
    }
}

/// The product whose member list a file is.
fn recognise(catalog: &Catalog, file: &str) -> Result<String, Diagnostic> {
    let request = Request { wish: Wish { holds: Some(Holds::Accounts), ..Wish::default() }, ..Request::default() };
    let known = known(catalog);
    let at = |name: &str| -> Box<dyn Input + Send + Sync> { Box::new(DiskFile::new(name, name)) };
    let opened = looked_at(&at, &DiskFile::new(file, file), request, &known, &TimeZone::UTC)?;
    let neutral = catalog.get(opened.product).is_some_and(|e| e.domains.is_empty());
    if neutral {
        return Err(Diagnostic::error(
            file,
            format!("this is {} ({}), which does not say of which app", opened.export.id, opened.export.name),
        )
        .help(format!("name the app: --roster APP={file}")));
    }
    Ok(opened.product.to_owned())
}

//! Which files a command works on: those of a `coverage.yaml`, or those named on the command line.

mod flags;
mod runs;

pub use runs::NOTHING;

use super::Failure;
use super::own_catalog::{Loaded, Own, laid_over};
use crate::catalog::Catalog;
use crate::diag::Diagnostic;
use crate::host::{DiskFile, read_text, resolve, stays_in};
use crate::ingest::Input;
use crate::model::When;
use crate::rules;
use crate::run::{Job, Streams};
use crate::workspace::{self, EXCEPTIONS, LINKS, REVIEWS, Workspace, load_exceptions, load_links, load_reviews};
use clap::Args;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// The name of the workspace file.
pub const FILE: &str = "coverage.yaml";

/// Which files to read.
#[derive(Debug, Args)]
pub struct Sources {
    /// An export of an HR system (repeatable), instead of a coverage.yaml.
    #[arg(long, value_name = "FILE")]
    hr: Vec<String>,
    /// An export of an identity provider (repeatable).
    #[arg(long, value_name = "[ID=]FILE")]
    idp: Vec<String>,
    /// A roster: the member list of an app (repeatable; several files of one app belong together).
    #[arg(long, value_name = "[APP=]FILE")]
    roster: Vec<String>,
    /// The moment to speak about, `2026-11-22` or `2026-11-22T09:00:00Z` [default: when the newest file was made].
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    as_of: Option<When>,
    /// When files were made that carry no date [default: their time stamp, as a guess].
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    extracted_at: Option<When>,
    #[command(flatten)]
    own: Own,
}

/// The files and settings that a command works on.
pub struct Selection {
    /// The workspace.
    pub workspace: Workspace,
    /// The catalog with the workspace's exports.
    pub catalog: Catalog,
    own_catalog: Vec<DiskFile>,
    folder: PathBuf,
    /// The folder that all files must be in, if there is such.
    within: Option<PathBuf>,
    file: Option<DiskFile>,
    file_bytes: Option<Vec<u8>>,
    exceptions: Option<DiskFile>,
    exceptions_bytes: Option<Vec<u8>>,
    reviews: Option<DiskFile>,
    reviews_bytes: Option<Vec<u8>>,
    links: Option<DiskFile>,
    links_bytes: Option<Vec<u8>>,
    as_of: Option<When>,
    extracted_at: Option<When>,
}

/// Reads a day or an instant.
///
/// # Errors
/// It is neither.
pub fn moment(text: &str) -> Result<When, String> {
    if let Ok(at) = text.parse() {
        return Ok(When::at(at));
    }
    text.parse().map(When::on).map_err(|_| "write 2026-11-22 or 2026-11-22T09:00:00Z".to_owned())
}

impl Sources {
    /// Those of a workspace, at a moment.
    pub fn of_workspace(as_of: Option<When>, extracted_at: Option<When>) -> Self {
        let own = Own::default();
        Self { hr: Vec::new(), idp: Vec::new(), roster: Vec::new(), as_of, extracted_at, own }
    }

    /// Finds the files.
    ///
    /// # Errors
    /// The workspace cannot be used, or a file on the command line is not recognised.
    pub fn select(&self, place: Option<&Path>) -> Result<(Selection, Vec<Diagnostic>), Failure> {
        let named = !(self.hr.is_empty() && self.idp.is_empty() && self.roster.is_empty());
        if named && place.is_some() {
            return Err(Failure::Usage("give either a WORKSPACE or files with --hr, --idp and --roster".into()));
        }
        if named { self.of_flags() } else { self.of_file(place.unwrap_or(Path::new(FILE)), None, None) }
    }

    /// Finds the files of one of several workspaces, which may read no files but those in its folder. `own` is what
    /// [`Self::own`] has loaded.
    ///
    /// # Errors
    /// As [`Self::select`].
    pub fn select_one(&self, folder: &Path, own: Option<&Loaded>) -> Result<(Selection, Vec<Diagnostic>), Failure> {
        self.of_file(&folder.join(FILE), Some(folder), own)
    }

    /// The catalog that is named on the command line, if one is: for all workspaces.
    ///
    /// # Errors
    /// Its folder cannot be read, or a file in it is faulty.
    pub fn own(&self) -> Result<Option<Loaded>, Failure> {
        self.own.catalog.is_some().then(|| self.own.load_slim()).transpose()
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "the argument is a folder or a file, and there may be an exceptions.yaml, a links.yaml and a reviews.yaml"
    )]
    fn of_file(
        &self,
        place: &Path,
        within: Option<&Path>,
        own: Option<&Loaded>,
    ) -> Result<(Selection, Vec<Diagnostic>), Failure> {
        let stays = |path: &Path| within.map_or(Ok(()), |folder| stays_in(folder, path));
        let read = |path: &Path| stays(path).and_then(|()| read_text(path));
        let file = if place.is_dir() { place.join(FILE) } else { place.to_owned() };
        if !file.exists() {
            return Err(Diagnostic::error(file.display().to_string(), "there is no such file")
                .help("`coverage init` writes one from the exports in a folder; or name files with --hr, --idp and --roster")
                .into());
        }
        let bytes = read(&file)?;
        let shown = file.display().to_string();
        let folder = file.parent().map(Path::to_owned).unwrap_or_default();
        let loaded = match own {
            Some(own) => own.clone(),
            None => catalog_of(&bytes, &folder, &self.own, &stays)?,
        };
        let mut warnings = loaded.warnings;
        let (mut workspace, more) = Workspace::load(&shown, &bytes, &known_to_workspaces(&loaded.catalog))?;
        warnings.extend(more);
        let exceptions = folder.join(EXCEPTIONS);
        let exceptions = (exceptions.exists() || exceptions.is_symlink()).then_some(exceptions);
        let exceptions_bytes = exceptions.as_deref().map(read).transpose()?;
        if let Some(path) = &exceptions {
            let rules: Vec<&str> = rules::ALL.iter().map(|rule| rule.meta().id).collect();
            let shown = path.display().to_string();
            workspace.exceptions =
                load_exceptions(&shown, exceptions_bytes.as_deref().unwrap_or_default(), &workspace.apps, &rules)?;
        }
        let reviews = folder.join(REVIEWS);
        let reviews = (reviews.exists() || reviews.is_symlink()).then_some(reviews);
        let reviews_bytes = reviews.as_deref().map(read).transpose()?;
        if let (Some(reviews), Some(bytes)) = (&reviews, &reviews_bytes) {
            workspace.reviews = load_reviews(&reviews.display().to_string(), bytes)?;
        }
        let catalog = loaded.catalog.with_exports(workspace.exports.clone()).with_claims(products(&workspace));
        let links = folder.join(LINKS);
        let links = (links.exists() || links.is_symlink()).then_some(links);
        let links_bytes = links.as_deref().map(read).transpose()?;
        let mut workspace = workspace;
        if let (Some(links), Some(bytes)) = (&links, &links_bytes) {
            workspace.links = load_links(&links.display().to_string(), bytes, &workspace.apps)?;
        }
        Ok((
            Selection {
                workspace,
                links: links.map(|path| DiskFile::new(LINKS, path)),
                links_bytes,
                catalog,
                own_catalog: loaded.files,
                folder,
                within: within.map(Path::to_owned),
                file: Some(DiskFile::new(FILE, file)),
                file_bytes: Some(bytes),
                exceptions: exceptions.map(|path| DiskFile::new(EXCEPTIONS, path)),
                exceptions_bytes,
                reviews: reviews.map(|path| DiskFile::new(REVIEWS, path)),
                reviews_bytes,
                as_of: self.as_of,
                extracted_at: self.extracted_at,
            },
            warnings,
        ))
    }
}

/// The workspace at a place, as far as there is one, and its folder. For commands that read no exports.
///
/// # Errors
/// One is named and is not there, or it is faulty.
#[allow(clippy::disallowed_methods, reason = "the argument is a folder or a file, and may be left out")]
pub fn workspace_at(place: Option<&Path>) -> Result<(Option<Workspace>, PathBuf, Vec<Diagnostic>), Failure> {
    let there = match place {
        None => Path::new(FILE).exists(),
        // A folder may hold a store and nothing else.
        Some(folder) if folder.is_dir() && !folder.join(FILE).exists() => {
            return Ok((None, folder.to_owned(), Vec::new()));
        }
        Some(_) => true,
    };
    if !there {
        return Ok((None, PathBuf::new(), Vec::new()));
    }
    let (selection, warnings) = Sources::of_workspace(None, None).select(place)?;
    Ok((Some(selection.workspace), selection.folder, warnings))
}

/// The products of the apps in use: all whose claims a run asks for.
fn products(workspace: &Workspace) -> impl Iterator<Item = &str> {
    workspace.apps.iter().filter_map(|app| app.product.as_deref())
}

/// The catalog that goes with a workspace file: with the entries that the command or the file names laid over it.
///
/// # Errors
/// The folder cannot be read, a file in it is faulty, or `stays` has something against it.
pub fn catalog_of(
    workspace: &[u8],
    folder: &Path,
    own: &Own,
    stays: &dyn Fn(&Path) -> Result<(), Diagnostic>,
) -> Result<Loaded, Failure> {
    match Workspace::own_catalog(workspace) {
        Some(written) if own.catalog.is_none() => {
            let place = resolve(folder, &written);
            stays(&place)?;
            laid_over(&place, &written, Date::MAX)
        }
        _ => own.load_slim(),
    }
}

/// What workspaces may name.
pub fn known_to_workspaces(catalog: &Catalog) -> workspace::Known<'_> {
    workspace::Known {
        products: catalog.entries.iter().map(workspace::Product::from).collect(),
        exports: catalog.exports().map(|(_, e)| e).collect(),
        export_faults: crate::catalog::export_faults,
    }
}

impl Selection {
    /// The folder of the workspace; the current one, if there is none.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where a file named in the workspace is.
    pub fn place_of(&self, written: &str) -> PathBuf {
        resolve(&self.folder, written)
    }

    /// How a file named in the workspace is opened.
    pub fn open(&self, written: &str) -> Box<dyn Input + Send + Sync> {
        let file = DiskFile::new(written, self.place_of(written));
        Box::new(match &self.within {
            Some(folder) => file.only_in(folder),
            None => file,
        })
    }

    /// That the files of this workspace stay in its folder, if they have to.
    ///
    /// # Errors
    /// One of them does not.
    pub fn stays(&self, path: &Path) -> Result<(), Diagnostic> {
        self.within.as_deref().map_or(Ok(()), |folder| stays_in(folder, path))
    }

    /// A run over these files.
    pub fn job<'a>(
        &'a self,
        open: &'a (dyn Fn(&str) -> Box<dyn Input + Send + Sync> + Sync),
        streams: Streams<'a>,
        progress: &'a (dyn Fn(&str) + Sync),
    ) -> Job<'a> {
        Job {
            own_catalog: self.own_catalog.iter().map(|f| f as &dyn Input).collect(),
            settings: self.file.as_ref().map(|f| f as &dyn Input),
            links: self.links.as_ref().map(|f| f as &dyn Input),
            as_of: self.as_of,
            extracted_at: self.extracted_at,
            exceptions: self.exceptions.as_ref().map(|f| f as &dyn Input),
            reviews: self.reviews.as_ref().map(|f| f as &dyn Input),
            progress,
            ..Job::over(&self.workspace, &self.catalog, open, streams)
        }
    }

    /// What was read of `coverage.yaml` and of the files beside it, each with its name.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let files = [
            (FILE, &self.file_bytes),
            (EXCEPTIONS, &self.exceptions_bytes),
            (REVIEWS, &self.reviews_bytes),
            (LINKS, &self.links_bytes),
        ];
        files.into_iter().filter_map(|(name, bytes)| Some((name, bytes.as_deref()?)))
    }

    /// What was asked for beside the files: the moment, and when files were made that do not say it.
    pub const fn moments(&self) -> (Option<When>, Option<When>) {
        (self.as_of, self.extracted_at)
    }

    /// A file of the run by the name under which its manifest has it.
    pub fn input(&self, name: &str) -> Box<dyn Input + Send + Sync> {
        let own =
            [&self.file, &self.links, &self.exceptions, &self.reviews].into_iter().flatten().chain(&self.own_catalog);
        match own.into_iter().find(|file| file.name() == name) {
            Some(file) => Box::new(file.clone()),
            None => self.open(name),
        }
    }

    /// The names of the company's own catalog files.
    pub fn own_catalog(&self) -> impl Iterator<Item = &str> {
        self.own_catalog.iter().map(Input::name)
    }

    /// Where decisions about single accounts are kept; nowhere without a workspace.
    pub fn links_place(&self) -> Option<PathBuf> {
        self.beside(LINKS)
    }

    /// The place of a file beside `coverage.yaml`; none without one.
    pub fn beside(&self, name: &str) -> Option<PathBuf> {
        self.file.as_ref().map(|_| self.folder.join(name))
    }

    /// What stands in `exceptions.yaml`, if it is there.
    pub fn exceptions_bytes(&self) -> Option<&[u8]> {
        self.exceptions_bytes.as_deref()
    }

    /// What stands in `reviews.yaml`, if it is there.
    pub fn reviews_bytes(&self) -> Option<&[u8]> {
        self.reviews_bytes.as_deref()
    }

    /// What stands there, if anything does.
    pub fn links_bytes(&self) -> Option<&[u8]> {
        self.links_bytes.as_deref()
    }
}

//! The catalog that a command works with: the built-in one, or that with a company's own entries laid over it.

use super::{Failure, tell};
use crate::catalog::{Catalog, overlay};
use crate::diag::Diagnostic;
use crate::host::{DiskFile, files_in, read_text, today};
use crate::yaml::nearest;
use jiff::civil::Date;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// A company's own catalog.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Own {
    /// A folder with entries of your own: products the catalog lacks, and claims that correct it.
    #[arg(long, value_name = "DIR")]
    pub catalog: Option<PathBuf>,
}

/// A catalog and the files that were laid over the built-in one.
#[derive(Clone)]
pub struct Loaded {
    /// The catalog.
    pub catalog: Cow<'static, Catalog>,
    /// The files, as the report's manifest names them.
    pub files: Vec<DiskFile>,
    /// Remarks about them.
    pub warnings: Vec<Diagnostic>,
}

impl Own {
    /// The catalog.
    ///
    /// # Errors
    /// The folder cannot be read, or a file in it is faulty.
    pub fn load(&self) -> Result<Loaded, Failure> {
        let loaded = self.over(Catalog::embedded, today)?;
        tell(&loaded.warnings);
        Ok(loaded)
    }

    /// The catalog of a run, where built-in products may be without their claims. What lies in the future is not asked of
    /// the clock, which has no part in a report; `coverage catalog lint` tells it.
    ///
    /// # Errors
    /// The folder cannot be read, or a file in it is faulty.
    pub fn load_slim(&self) -> Result<Loaded, Failure> {
        self.over(Catalog::embedded_slim, || Date::MAX)
    }

    fn over(&self, built_in: fn() -> &'static Catalog, today: fn() -> Date) -> Result<Loaded, Failure> {
        match &self.catalog {
            None => Ok(Loaded { catalog: Cow::Borrowed(built_in()), files: Vec::new(), warnings: Vec::new() }),
            Some(folder) => laid_over(folder, &folder.display().to_string(), today()),
        }
    }
}

/// The built-in catalog with the entries of a folder laid over it. `shown` is the folder as the user named it; what is
/// dated later than `today` is a fault.
///
/// # Errors
/// The folder cannot be read, or a file in it is faulty.
pub fn laid_over(folder: &Path, shown: &str, today: Date) -> Result<Loaded, Failure> {
    let (mut texts, mut files) = (Vec::new(), Vec::new());
    for path in entries_in(folder)? {
        let within = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        let name = format!("{}/{within}", shown.trim_end_matches('/'));
        texts.push((name.clone(), read_text(&path)?));
        files.push(DiskFile::new(name, path));
    }
    if files.is_empty() {
        return Err(Diagnostic::error(shown, "there is no .yaml file in this folder")
            .help("`coverage catalog new ID` writes an entry to begin with")
            .into());
    }
    let (catalog, warnings) = overlay(Catalog::embedded(), &texts, today)?;
    Ok(Loaded { catalog: Cow::Owned(catalog), files, warnings })
}

/// The catalog files of a folder.
///
/// # Errors
/// The folder cannot be listed.
pub fn entries_in(folder: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let mut files = files_in(folder)?.files;
    files.retain(|path| path.extension().is_some_and(|e| e == "yaml" || e == "yml"));
    Ok(files)
}

/// A product by its id.
///
/// # Errors
/// There is none.
pub fn product<'a>(catalog: &'a Catalog, id: &str) -> Result<&'a crate::model::Entry, Failure> {
    catalog.get(id).ok_or_else(|| {
        let near = nearest(id, catalog.entries.iter().map(|e| e.id.as_str()));
        let hint =
            near.map_or("`coverage catalog list` names them".to_owned(), |near| format!("did you mean `{near}`?"));
        Failure::Usage(format!("there is no product `{id}`; {hint}"))
    })
}

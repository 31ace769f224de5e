//! The lists that pull.yaml names, over whatever they are fetched.

use super::own_catalog::Own;
use super::{Failure, tell};
use crate::catalog::Catalog;
use crate::diag::Diagnostic;
use crate::host::read_text;
use crate::workspace::{DirectoryPull, KnownLists, PULLS, PullSource, Pulls, load_pulls};
use crate::yaml::nearest;
use std::path::{Path, PathBuf};

/// Which of them a command works on.
#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// Only these lists, by their names in pull.yaml.
    sources: Vec<String>,
    /// The folder with pull.yaml [default: this folder].
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
    #[command(flatten)]
    catalog: Own,
}

impl Which {
    /// The folder with pull.yaml.
    pub(super) fn folder(&self) -> PathBuf {
        self.workspace.clone().unwrap_or_else(|| PathBuf::from("."))
    }

    /// Reads pull.yaml.
    ///
    /// # Errors
    /// There is none, or something is wrong with it or with a catalog of the company's own.
    pub(super) fn read(&self) -> Result<Pulls, Failure> {
        if self.workspace.is_none()
            && !is_there(Path::new(PULLS))
            && let Some(folder) = self.sources.iter().find(|name| is_folder(name))
        {
            return Err(Failure::Usage(format!("`{folder}` is a folder: name it with `--workspace {folder}`")));
        }
        read(&self.folder(), &self.catalog.load()?.catalog)
    }

    /// The lists that are named; all of them if none is.
    ///
    /// # Errors
    /// There is no list of a name.
    pub(super) fn of<'p>(&self, pulls: &'p Pulls) -> Result<Vec<List<'p>>, Failure> {
        chosen(pulls, &self.sources)
    }
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(super) enum List<'p> {
    /// Over a product's API.
    Api(&'p PullSource),
    /// Over LDAP.
    Directory(&'p DirectoryPull),
}

impl<'p> List<'p> {
    /// Its name.
    pub(super) fn name(self) -> &'p str {
        match self {
            Self::Api(source) => &source.name,
            Self::Directory(source) => &source.name,
        }
    }

    /// The file that is written.
    pub(super) fn to(self) -> &'p str {
        match self {
            Self::Api(source) => &source.to,
            Self::Directory(source) => &source.to,
        }
    }

    /// The server that is asked.
    pub(super) fn host(self) -> String {
        match self {
            Self::Api(source) => source.host.origin().ascii_serialization(),
            Self::Directory(source) => source.address(),
        }
    }

    /// A problem with it, at the line that names it.
    pub(super) fn problem(self, why: impl Into<String>) -> Diagnostic {
        let line = match self {
            Self::Api(source) => source.line,
            Self::Directory(source) => source.line,
        };
        Diagnostic::error(PULLS, format!("{}: {}", self.name(), why.into())).at(line)
    }
}

#[allow(clippy::disallowed_methods, reason = "a word that names no list may be meant as a folder")]
fn is_folder(name: &str) -> bool {
    Path::new(name).is_dir()
}

#[allow(clippy::disallowed_methods, reason = "where the pulls are is known only when they are there")]
fn is_there(path: &Path) -> bool {
    path.exists()
}

/// Reads pull.yaml.
///
/// # Errors
/// There is none, or something is wrong with it.
pub(super) fn read(folder: &Path, catalog: &Catalog) -> Result<Pulls, Failure> {
    let path = folder.join(PULLS);
    let bytes = read_text(&path).map_err(|d| {
        d.help("it names the lists to fetch: docs/pull.md shows one, `coverage schema pulls` has every key")
    })?;
    Ok(load_pulls(PULLS, &bytes, &KnownLists::of(&catalog.entries))?)
}

/// The lists of these names; all of them if none is named.
///
/// # Errors
/// There is no list of a name.
fn chosen<'p>(pulls: &'p Pulls, names: &[String]) -> Result<Vec<List<'p>>, Failure> {
    let apis = pulls.sources.iter().map(List::Api);
    let all: Vec<List<'p>> = apis.chain(pulls.directories.iter().map(List::Directory)).collect();
    if names.is_empty() {
        if all.is_empty() {
            tell(&[Diagnostic::warning(PULLS, "it names no list, so nothing is fetched")]);
        }
        return Ok(all);
    }
    let find = |name: &String| {
        all.iter().copied().find(|list| list.name() == *name).ok_or_else(|| {
            if is_folder(name) {
                return Failure::Usage(format!(
                    "{PULLS} has no list `{name}`; a folder is named with `--workspace {name}`"
                ));
            }
            let near = nearest(name, all.iter().map(|list| list.name()));
            let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            Failure::Usage(format!("{PULLS} has no list `{name}`{hint}"))
        })
    };
    names.iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        which: Which,
    }

    #[test]
    fn a_file_is_no_folder() {
        assert!(is_folder("samples") && !is_folder("Cargo.toml") && !is_folder("nowhere"));
    }

    #[test]
    fn a_folder_in_place_of_a_list_is_told_how_a_folder_is_named() {
        let line = Line::try_parse_from(["doctor", "samples"]).unwrap();
        let Err(Failure::Usage(told)) = line.which.read() else { panic!("a folder is no list") };
        assert_eq!(told, "`samples` is a folder: name it with `--workspace samples`");
        let pulls = load_pulls(PULLS, b"{}", &KnownLists::of(&[])).unwrap();
        let Err(Failure::Usage(told)) = line.which.of(&pulls) else { panic!("there is no such list") };
        assert_eq!(told, "pull.yaml has no list `samples`; a folder is named with `--workspace samples`");
    }
}

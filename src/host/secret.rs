//! Secrets: read where they stand, and never shown.

use crate::diag::Diagnostic;
use std::path::Path;

/// A secret. It has no `Display`, and `Debug` shows none of it.
#[derive(Clone)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// The secret itself, for whoever sends it where it belongs.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// From a variable of the environment.
    ///
    /// # Errors
    /// It is not set, or holds no text.
    pub fn from_env(name: &str) -> Result<Self, Diagnostic> {
        let problem = |what: &str| {
            Diagnostic::error("coverage.yaml", format!("the variable {name}, named under `notify`, {what}"))
                .help(format!("set it where coverage runs: export {name}=…"))
        };
        match std::env::var(name) {
            Ok(text) if text.trim().is_empty() => Err(problem("is empty")),
            Ok(text) => Ok(Self(text.trim().to_owned())),
            Err(std::env::VarError::NotPresent) => Err(problem("is not set")),
            Err(std::env::VarError::NotUnicode(_)) => Err(problem("holds no text")),
        }
    }

    /// From the first line of a file that holds nothing else.
    ///
    /// # Errors
    /// It cannot be read, or holds something else.
    pub fn from_file(path: &Path) -> Result<Self, Diagnostic> {
        let bytes = super::read_text(path)?;
        let problem = |what: &str| {
            Diagnostic::error(path.display().to_string(), what)
                .help("write the secret into it, one line and nothing else")
        };
        let text = String::from_utf8(bytes).map_err(|_| problem("the file holds no text"))?;
        match text.trim() {
            "" => Err(problem("the file is empty")),
            secret if secret.contains(['\n', '\r']) => Err(problem("the file holds more than one line")),
            secret => Ok(Self(secret.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_nothing_of_itself() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "hunter2\n").unwrap();
        let secret = Secret::from_file(&file).unwrap();
        assert_eq!((secret.reveal(), format!("{secret:?}")), ("hunter2", "Secret(…)".to_owned()));
        std::fs::write(&file, "hunter2\nhunter3\n").unwrap();
        let problem = Secret::from_file(&file).unwrap_err().to_string();
        assert!(!problem.contains("hunter"), "{problem}");
        assert!(Secret::from_env("COVERAGE_NO_SUCH_VARIABLE").unwrap_err().to_string().contains("is not set"));
    }
}

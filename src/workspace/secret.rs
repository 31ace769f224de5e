//! Where a secret is: the same four places for everything that needs one. It never stands in a file of the workspace, so a
//! place that looks like a secret is refused without being repeated.

use schemars::JsonSchema;
use serde::Deserialize;
use std::fmt;

/// Where a secret is. It does not stand here itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum SecretPlace {
    /// In an environment variable of this name.
    Env(String),
    /// In a file that only you can read, relative to this file.
    File(String),
    /// A command prints it: the program and its arguments. No shell reads them.
    Command(Vec<String>),
    /// In the system's keyring: macOS's keychain, Windows' credential manager, on Linux the desktop's keyring (Secret Service).
    Keyring(KeyringItem),
}

/// What a secret is filed under in the system's keyring.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyringItem {
    /// What it is for; by default `coverage`.
    #[serde(default = "coverage")]
    pub service: String,
    /// Which one it is.
    pub user: String,
}

fn coverage() -> String {
    "coverage".to_owned()
}

/// The place of a secret, and the line that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretAt {
    /// Where the secret is.
    pub place: SecretPlace,
    /// The file that says so.
    pub file: String,
    /// Its line there.
    pub line: u64,
}

impl SecretPlace {
    /// What is wrong with the place, and what to do. What stands there may be the secret itself and is not repeated.
    pub(super) fn fault(&self) -> Option<(&'static str, &'static str)> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let blank = |text: &str| text.trim().is_empty();
        match self {
            Self::Env(name)
                if name.is_empty() || !name.chars().all(plain) || name.starts_with(|c: char| c.is_ascii_digit()) =>
            {
                Some((
                    "this is no name of a variable",
                    "write the variable's name, not the secret: `{env: OKTA_TOKEN}`",
                ))
            }
            Self::File(name) if blank(name) || name.contains("://") || name.contains(['\n', '\0']) => {
                Some(("this is no name of a file", "write the file's name, not the secret: `{file: okta.token}`"))
            }
            Self::Command(words)
                if words.first().is_none_or(|program| blank(program)) || words.iter().any(|w| w.contains('\0')) =>
            {
                Some(("the command has no program", "write it like `{command: [pass, show, okta]}`"))
            }
            Self::Keyring(item) if blank(&item.service) || blank(&item.user) => {
                Some(("the keyring's entry has no name", "write it like `{keyring: {service: coverage, user: okta}}`"))
            }
            _ => None,
        }
    }
}

/// In words that show none of the secret: a command's arguments are left out.
impl fmt::Display for SecretPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "${name}"),
            Self::File(name) => f.write_str(name),
            Self::Command(words) => {
                write!(f, "what `{}` prints", words.first().map_or("", String::as_str))
            }
            Self::Keyring(item) => write!(f, "the keyring's `{}` of `{}`", item.user, item.service),
        }
    }
}

//! `notify:` in `coverage.yaml`: where `coverage notify` sends the summary. What is secret stands in the environment or in a
//! file of its own, and is only named here.

use super::check::Check;
use schemars::JsonSchema;
use serde::Deserialize;

/// Where the summary is sent to.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawNotify {
    /// A web address that takes it.
    pub webhook: Option<RawWebhook>,
    /// Mailboxes that get it.
    pub mail: Option<RawMail>,
    /// Whether people are named. Default: no; the summary then holds numbers and names of apps only.
    pub details: bool,
}

/// A webhook. Its address is a secret: whoever knows it can write there.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RawWebhook {
    /// The variable of the environment that holds the address.
    pub url_env: Option<String>,
    /// The file that holds the address, relative to this `coverage.yaml`.
    pub url_file: Option<String>,
    /// What is sent. Default: json.
    pub format: WebhookFormat,
}

/// What a webhook is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WebhookFormat {
    /// The summary as numbers and as text, for programs.
    #[default]
    Json,
    /// `{"text": …}` alone, as Slack, Mattermost, Google Chat and Teams' incoming webhooks take it.
    Text,
}

/// Mail.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawMail {
    /// The mail server.
    pub host: String,
    /// Its port. Left out: 465 for `tls`, 587 for `starttls`, 25 for `none`.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the connection is protected. Default: starttls. `none` is for a server on this machine only.
    #[serde(default)]
    pub security: MailSecurity,
    /// Who it is from, an address.
    pub from: String,
    /// Who gets it, addresses.
    pub to: Vec<String>,
    /// The name to sign in with. Left out: nobody signs in.
    #[serde(default)]
    pub user: Option<String>,
    /// The variable of the environment that holds the password.
    #[serde(default)]
    pub password_env: Option<String>,
    /// The file that holds the password, relative to this `coverage.yaml`.
    #[serde(default)]
    pub password_file: Option<String>,
}

/// How the connection to a mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MailSecurity {
    /// It begins in the open, and nothing is said before it is encrypted.
    #[default]
    Starttls,
    /// It is encrypted from the beginning.
    Tls,
    /// Not at all: only with a server on this machine.
    None,
}

/// Where a secret stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretPlace {
    /// A variable of the environment.
    Env(String),
    /// A file, relative to the workspace.
    File(String),
}

impl std::fmt::Display for SecretPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Env(name) => write!(f, "${name}"),
            Self::File(name) => f.write_str(name),
        }
    }
}

/// Where the summary is sent to.
#[derive(Debug, Clone)]
pub struct Notify {
    /// A web address.
    pub webhook: Option<(SecretPlace, WebhookFormat)>,
    /// Mailboxes.
    pub mail: Option<Mail>,
    /// Whether people are named.
    pub details: bool,
}

/// Mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// Who it is from.
    pub from: String,
    /// Who gets it.
    pub to: Vec<String>,
    /// Who signs in, and where the password stands.
    pub user: Option<(String, SecretPlace)>,
}

impl Check<'_> {
    pub(super) fn notify(&mut self, raw: &RawNotify) -> Option<Notify> {
        if raw.webhook.is_none() && raw.mail.is_none() {
            self.error_with("/notify", "nobody is notified", "write `webhook:` or `mail:` under it");
            return None;
        }
        let webhook = raw.webhook.as_ref().and_then(|hook| {
            let place = self.secret("/notify/webhook", "url", hook.url_env.as_ref(), hook.url_file.as_ref());
            Some((place?, hook.format))
        });
        let mail = raw.mail.as_ref().and_then(|mail| self.mail(mail));
        Some(Notify { webhook, mail, details: raw.details })
    }

    /// One of two places, and a name that can be one.
    fn secret(
        &mut self,
        pointer: &str,
        what: &str,
        env: Option<&String>,
        file: Option<&String>,
    ) -> Option<SecretPlace> {
        let help = format!("name the variable that holds it with `{what}-env`, or the file with `{what}-file`");
        match (env, file) {
            (Some(name), None) => {
                let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
                if name.is_empty() || !name.chars().all(plain) || name.starts_with(|c: char| c.is_ascii_digit()) {
                    // Whatever stands there may be the secret itself, so it is not repeated.
                    self.error_with(&format!("{pointer}/{what}-env"), "this is no name of a variable", help);
                    return None;
                }
                Some(SecretPlace::Env(name.clone()))
            }
            (None, Some(file)) if file.contains("://") || file.trim().is_empty() => {
                self.error_with(&format!("{pointer}/{what}-file"), "this is no name of a file", help);
                None
            }
            (None, Some(file)) => Some(SecretPlace::File(file.clone())),
            (None, None) => {
                self.error_with(pointer, format!("nothing says where the {what} stands"), help);
                None
            }
            (Some(_), Some(_)) => {
                self.error_with(pointer, format!("the {what} stands in two places"), help);
                None
            }
        }
    }

    fn mail(&mut self, raw: &RawMail) -> Option<Mail> {
        let before = self.problems.len();
        let pointer = "/notify/mail";
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
        if raw.host.is_empty() || !raw.host.chars().all(plain) {
            self.error_with(
                &format!("{pointer}/host"),
                "this is no name of a server",
                "write it like `mail.example.com`",
            );
        }
        if raw.security == MailSecurity::None && !is_here(&raw.host) {
            let help = "write `security: starttls` or `security: tls`; `none` is for a server on this machine";
            self.error_with(&format!("{pointer}/security"), "mail would go over the network in the open", help);
        }
        self.address(&format!("{pointer}/from"), &raw.from);
        if raw.to.is_empty() {
            self.error_with(&format!("{pointer}/to"), "nobody gets the mail", "write `to: [ann@example.com]`");
        }
        for (n, to) in raw.to.iter().enumerate() {
            self.address(&format!("{pointer}/to/{n}"), to);
        }
        let user = match (&raw.user, &raw.password_env, &raw.password_file) {
            (None, None, None) => None,
            (None, ..) => {
                self.error_with(pointer, "there is a password and nobody who signs in with it", "write `user:`");
                None
            }
            (Some(user), env, file) => {
                let place = self.secret(pointer, "password", env.as_ref(), file.as_ref());
                place.map(|place| (user.clone(), place))
            }
        };
        let port = raw.port.unwrap_or(match raw.security {
            MailSecurity::Tls => 465,
            MailSecurity::Starttls => 587,
            MailSecurity::None => 25,
        });
        (self.problems.len() == before).then(|| Mail {
            host: raw.host.clone(),
            port,
            security: raw.security,
            from: raw.from.clone(),
            to: raw.to.clone(),
            user,
        })
    }

    fn address(&mut self, pointer: &str, text: &str) {
        let fits = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | ',' | ';' | '"');
        let parts: Vec<&str> = text.split('@').collect();
        if parts.len() != 2 || parts.iter().any(|part| part.is_empty()) || !text.chars().all(fits) {
            self.error_with(pointer, format!("`{text}` is no address"), "write it like `ann@example.com`");
        }
    }
}

/// Whether a server is this machine for certain.
fn is_here(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

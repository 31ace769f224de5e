//! `notify:` in `coverage.yaml`: where `coverage notify` sends the summary. What is secret stands in the environment or in a
//! file of its own, and is only named here.

use super::check::Check;
use super::secret::{SecretAt, SecretPlace};
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
    /// Where the address is.
    pub url: Option<SecretPlace>,
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
    /// Where the password is.
    #[serde(default)]
    pub password: Option<SecretPlace>,
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

/// Where the summary is sent to.
#[derive(Debug, Clone)]
pub struct Notify {
    /// A web address.
    pub webhook: Option<(SecretAt, WebhookFormat)>,
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
    pub user: Option<(String, SecretAt)>,
}

impl Check<'_> {
    pub(super) fn notify(&mut self, raw: &RawNotify) -> Option<Notify> {
        if raw.webhook.is_none() && raw.mail.is_none() {
            self.error_with("/notify", "nobody is notified", "write `webhook:` or `mail:` under it");
            return None;
        }
        let webhook = raw.webhook.as_ref().and_then(|hook| {
            let place = self.secret("/notify/webhook", "url", hook.url.as_ref());
            Some((place?, hook.format))
        });
        let mail = raw.mail.as_ref().and_then(|mail| self.mail(mail));
        Some(Notify { webhook, mail, details: raw.details })
    }

    /// A place that can be one, and the line that names it.
    fn secret(&mut self, pointer: &str, what: &str, place: Option<&SecretPlace>) -> Option<SecretAt> {
        let Some(place) = place else {
            let help = format!(
                "write `{what}: {{env: NAME}}`, `{{file: PATH}}`, `{{command: [PROGRAM, ARGUMENT]}}` or `{{keyring: {{user: NAME}}}}`"
            );
            self.error_with(pointer, format!("nothing says where the {what} is"), help);
            return None;
        };
        let pointer = format!("{pointer}/{what}");
        if let Some((fault, help)) = place.fault() {
            self.error_with(&pointer, fault, help);
            return None;
        }
        Some(SecretAt { place: place.clone(), file: self.raw.file.clone(), line: self.line(&pointer) })
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
        let user = match (&raw.user, &raw.password) {
            (None, None) => None,
            (None, Some(_)) => {
                self.error_with(pointer, "there is a password and nobody who signs in with it", "write `user:`");
                None
            }
            (Some(user), place) => self.secret(pointer, "password", place.as_ref()).map(|place| (user.clone(), place)),
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

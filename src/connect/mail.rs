//! Sends one mail through a server that somebody has named. Nothing is said before the connection is encrypted, but to a
//! server on this machine; and no message repeats the password.

use super::{Patience, is_here};
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, SmtpTransport, Transport};

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Encrypted before anything is said.
    Starttls,
    /// Encrypted from the beginning.
    Tls,
    /// Not at all: a server on this machine.
    None,
}

/// A mail and its way.
#[derive(Clone, Copy)]
pub struct Letter<'a> {
    /// The server.
    pub host: &'a str,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub protection: Protection,
    /// Who signs in, and with which password.
    pub user: Option<(&'a str, &'a str)>,
    /// Who it is from.
    pub from: &'a str,
    /// Who gets it.
    pub to: &'a [String],
    /// What it is about, one line.
    pub subject: &'a str,
    /// What it says.
    pub text: &'a str,
}

/// Sends it. A server that says "later", or says nothing, is asked again.
///
/// # Errors
/// What went wrong, without the password.
pub fn send(letter: &Letter<'_>, patience: &Patience) -> Result<(), String> {
    let Letter { host, port, .. } = letter;
    let message = message(letter)?;
    let tls =
        || TlsParameters::new((*host).to_owned()).map_err(|e| format!("TLS cannot be used: {}", shown(&e, letter)));
    let tls = match letter.protection {
        Protection::Starttls => Tls::Required(tls()?),
        Protection::Tls => Tls::Wrapper(tls()?),
        Protection::None if is_here(host) => Tls::None,
        Protection::None => return Err(format!("{host} is not this machine, and the mail would go there in the open")),
    };
    let mut transport =
        SmtpTransport::builder_dangerous(*host).port(*port).tls(tls).timeout(Some(patience.answer_within));
    if let Some((user, password)) = letter.user {
        transport = transport.credentials(Credentials::new(user.to_owned(), password.to_owned()));
    }
    let transport = transport.build();
    let mut wait = patience.wait;
    let mut tried = 1;
    loop {
        match transport.send(&message) {
            Ok(_) => return Ok(()),
            Err(e) if is_final(&e, letter) || tried >= patience.tries => {
                let times = if tried == 1 { String::new() } else { format!("; tried {tried} times") };
                return Err(format!("{host}:{port}: {}{times}", shown(&e, letter)));
            }
            Err(_) => {
                std::thread::sleep(wait);
                wait = wait.saturating_mul(2);
                tried += 1;
            }
        }
    }
}

/// Whether another try would end the same.
fn is_final(e: &lettre::transport::smtp::Error, letter: &Letter<'_>) -> bool {
    e.is_permanent() || e.is_client() || super::is_distrusted(&shown(e, letter))
}

fn message(letter: &Letter<'_>) -> Result<Message, String> {
    let mailbox = |text: &str| {
        let address: Address = text.parse().map_err(|e| format!("`{text}` is no address: {e}"))?;
        Ok::<_, String>(Mailbox::new(None, address))
    };
    let mut message = Message::builder().from(mailbox(letter.from)?).subject(letter.subject);
    for to in letter.to {
        message = message.to(mailbox(to)?);
    }
    let message = message.header(ContentType::TEXT_PLAIN);
    message.body(letter.text.to_owned()).map_err(|e| format!("the mail cannot be made: {e}"))
}

/// An error and what lies below it. A server may repeat what it was told, so the secret is taken out.
fn shown(e: &dyn std::error::Error, letter: &Letter<'_>) -> String {
    let mut text = e.to_string();
    let mut below = e.source();
    while let Some(cause) = below {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        below = cause.source();
    }
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(400).collect();
    match letter.user {
        Some((user, password)) => without(&text, user, password),
        None => text,
    }
}

/// Takes a password out of a text, as it is and as a mail server gets it.
fn without(text: &str, user: &str, password: &str) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let plain = STANDARD.encode(format!("\0{user}\0{password}"));
    let forms = [plain, STANDARD.encode(password), password.to_owned()];
    forms.iter().filter(|form| !form.is_empty()).fold(text.to_owned(), |text, form| text.replace(form.as_str(), "…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_taken_out_in_every_form_that_it_is_sent_in() {
        assert_eq!(without("535 hunter2 aHVudGVyMg== AGFubgBodW50ZXIy", "ann", "hunter2"), "535 … … …");
    }

    #[test]
    fn no_header_can_be_smuggled_in() {
        let to = ["ann@nord.example".to_owned()];
        let letter = Letter {
            host: "localhost",
            port: 25,
            protection: Protection::None,
            user: None,
            from: "coverage@nord.example",
            to: &to,
            subject: "a\r\nBcc: everybody@nord.example\r\n\r\nbody",
            text: "Zoë\r\n.\r\nMAIL FROM:<x@nord.example>",
        };
        let written = String::from_utf8(message(&letter).unwrap().formatted()).unwrap();
        let head = written.split("\r\n\r\n").next().unwrap();
        assert!(!head.contains("\nBcc:"), "{head}");
        let bad = Letter { from: "a@b.example>\r\nBcc: <c@d.example", ..letter };
        assert!(message(&bad).is_err());
    }
}

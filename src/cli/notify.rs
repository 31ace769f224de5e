//! `coverage notify`: sends the summary to those whom `coverage.yaml` names under `notify`.

use super::selection::Sources;
use super::store::KeptRuns;
use super::{Failure, Outcome, tell};
use crate::connect::{Letter, Patience, Protection, post, send};
use crate::diag::Diagnostic;
use crate::host::{Secret, secret, without_memory_dumps};
use crate::report::notice::{Notice, chat, notice};
use crate::workspace::{Mail, MailSecurity, WebhookFormat};
use std::io::{self, Write as _};
use std::path::PathBuf;

/// Send the summary to a webhook or by mail, as `notify:` in coverage.yaml says.
///
/// What is sent are numbers and names of apps; people are named only with `details: true`. The address of a webhook and the
/// password of a mailbox are read from the environment or from a file of their own, and never shown.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder with a coverage.yaml, or the file itself [default: this folder].
    workspace: Option<PathBuf>,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    kept: KeptRuns,
    /// Print what would be sent, and send nothing. No secret is read.
    #[arg(long)]
    dry_run: bool,
    /// Send nothing if no finding is new against the kept runs.
    #[arg(long)]
    only_new: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    without_memory_dumps().map_err(Failure::Io)?;
    let (selection, warnings) = args.sources.select(args.workspace.as_deref())?;
    tell(&warnings);
    let Some(notify) = selection.workspace.notify.clone() else {
        return Err(Diagnostic::error("coverage.yaml", "it does not say whom to notify")
            .help("write `notify:` with `webhook:` or `mail:`; docs/followup.md shows how")
            .into());
    };
    // A secret that is missing is told before the long work.
    let webhook = match (&notify.webhook, args.dry_run) {
        (Some((place, format)), false) => Some((secret(place, selection.folder())?, *format)),
        _ => None,
    };
    let password = match (notify.mail.as_ref().and_then(|mail| mail.user.as_ref()), args.dry_run) {
        (Some((_, place)), false) => Some(secret(place, selection.folder())?),
        _ => None,
    };
    let done = selection.reported(&args.kept)?;
    tell(&done.warnings);
    let notice = notice(&done.report, notify.details);
    let mut out = io::stdout().lock();
    if args.only_new {
        let known = args.kept.known(selection.folder(), &done.report)?;
        if done.report.findings.iter().all(|f| known.contains(&f.id)) {
            writeln!(out, "No finding is new: nothing is sent")?;
            return Ok(false);
        }
    }
    if args.dry_run {
        if let Some((place, format)) = &notify.webhook {
            writeln!(out, "Webhook, its address in {}:\n{}\n", place.place, body(&notice, *format))?;
        }
        if let Some(mail) = &notify.mail {
            let user = mail
                .user
                .as_ref()
                .map_or_else(String::new, |(user, place)| format!(" as {user}, password in {}", place.place));
            writeln!(out, "Mail through {}:{}{user}", mail.host, mail.port)?;
            writeln!(
                out,
                "From: {}\nTo: {}\nSubject: {}\n\n{}",
                mail.from,
                mail.to.join(", "),
                notice.subject,
                notice.text
            )?;
        }
        return Ok(false);
    }
    let mut problems = Vec::new();
    if let Some((address, format)) = webhook {
        match post(address.reveal(), body(&notice, format).as_bytes(), &Patience::default()) {
            Ok(host) => writeln!(out, "Sent to the webhook at {host}")?,
            Err(why) => problems.push(
                Diagnostic::error("webhook", format!("the summary could not be sent: {why}"))
                    .help("is the address right? `--dry-run` shows where it is read from and what is sent"),
            ),
        }
    }
    if let Some(mail) = &notify.mail {
        match send(&letter(mail, password.as_ref(), &notice), &Patience::default()) {
            Ok(()) => writeln!(out, "Sent by mail to {}", mail.to.join(", "))?,
            Err(why) => problems.push(
                Diagnostic::error("mail", format!("the summary could not be sent: {why}"))
                    .help("are host, port and `security` right? `--dry-run` shows what is used"),
            ),
        }
    }
    if problems.is_empty() { Ok(false) } else { Err(problems.into()) }
}

fn body(notice: &Notice, format: WebhookFormat) -> String {
    match format {
        WebhookFormat::Json => notice.json.clone(),
        WebhookFormat::Text => chat(&notice.text),
    }
}

fn letter<'a>(mail: &'a Mail, password: Option<&'a Secret>, notice: &'a Notice) -> Letter<'a> {
    Letter {
        host: &mail.host,
        port: mail.port,
        protection: match mail.security {
            MailSecurity::Starttls => Protection::Starttls,
            MailSecurity::Tls => Protection::Tls,
            MailSecurity::None => Protection::None,
        },
        user: mail.user.as_ref().zip(password).map(|((user, _), password)| (user.as_str(), password.reveal())),
        from: &mail.from,
        to: &mail.to,
        subject: &notice.subject,
        text: &notice.text,
    }
}

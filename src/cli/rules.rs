//! `coverage rules`: the same texts that the report links to.

use super::{Failure, Outcome};
use crate::model::{Controls, RuleMeta};
use crate::rules::{ALL, find};
use crate::yaml::nearest;
use std::io::{self, Write};

/// List the rules, or explain one.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// All rules, one a line.
    List,
    /// What a rule means, why it matters, what to do, which controls it serves.
    Show {
        /// The rule's id.
        id: String,
    },
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    let mut out = io::stdout().lock();
    match &args.command {
        None | Some(Command::List) => {
            let width = ALL.iter().map(|r| r.meta().id.len()).max().unwrap_or(0);
            for rule in ALL {
                let RuleMeta { id, severity, title, .. } = rule.meta();
                writeln!(out, "{id:width$}  {severity:8}  {title}")?;
            }
        }
        Some(Command::Show { id }) => match find(id) {
            Some(rule) => show(rule.meta(), &mut out)?,
            None => {
                let near = nearest(id, ALL.iter().map(|r| r.meta().id));
                let hint = near
                    .map_or("`coverage rules list` names them".to_owned(), |near| format!("did you mean `{near}`?"));
                return Err(Failure::Usage(format!("there is no rule `{id}`; {hint}")));
            }
        },
    }
    Ok(false)
}

fn show(meta: &RuleMeta, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{} ({})\n{}\n", meta.id, meta.severity, meta.title)?;
    for (head, text) in [
        ("What it means", meta.means),
        ("Why it matters", meta.why),
        ("What to do", meta.fix),
        ("When it stays silent", meta.silent),
    ] {
        writeln!(out, "{head}\n  {}\n", text.replace('\n', "\n  "))?;
    }
    let Controls { soc2, iso27001, pci, nist } = &meta.controls;
    writeln!(out, "Controls")?;
    for (standard, ids) in
        [("SOC 2", soc2), ("ISO/IEC 27001:2022", iso27001), ("PCI DSS 4.0", pci), ("NIST SP 800-53", nist)]
    {
        if !ids.is_empty() {
            writeln!(out, "  {standard}: {}", ids.join(", "))?;
        }
    }
    Ok(())
}

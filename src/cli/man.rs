//! `coverage man`: the manual pages, one for each command.

use super::{Cli, Outcome};
use crate::diag::{Diagnostic, cause};
use crate::host::write_whole;
use clap::CommandFactory as _;
use std::io::{self, Write as _};
use std::path::PathBuf;

/// Write the manual pages, one for each command, into a folder.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder; it is made if it is not there.
    folder: PathBuf,
}

/// Runs the command.
#[allow(clippy::disallowed_methods, reason = "the folder is made if it is not there")]
pub fn run(args: &Args) -> Outcome {
    let shown = args.folder.display().to_string();
    let failed = |e: io::Error| {
        Diagnostic::error(&shown, format!("the manual pages cannot be written: {}", cause(&e)))
            .help("name a folder that you may write to")
    };
    std::fs::create_dir_all(&args.folder).map_err(failed)?;
    let mut command = Cli::command();
    command.build();
    let mut pages = Vec::new();
    gather(&command, "", &mut pages);
    for (name, page) in &pages {
        write_whole(&args.folder.join(format!("{name}.1")), page).map_err(failed)?;
    }
    writeln!(
        io::stdout().lock(),
        "Written: {} pages in {shown}; `man -l {}` shows the first",
        pages.len(),
        args.folder.join("coverage.1").display()
    )?;
    Ok(false)
}

/// The page of a command and those of the commands below it, as name and text.
fn gather(command: &clap::Command, above: &str, pages: &mut Vec<(String, Vec<u8>)>) {
    if command.get_name() == "help" {
        return;
    }
    let name = if above.is_empty() { command.get_name().to_owned() } else { format!("{above}-{}", command.get_name()) };
    let mut text = Vec::new();
    // The date of a page is that of the version: the same program writes the same bytes.
    let page = clap_mangen::Man::new(command.clone())
        .title(name.clone())
        .date("")
        .source(concat!("coverage ", env!("CARGO_PKG_VERSION")));
    // Writing into memory does not fail.
    let _ = page.render(&mut text);
    pages.push((name.clone(), text));
    for below in command.get_subcommands() {
        gather(below, &name, pages);
    }
}

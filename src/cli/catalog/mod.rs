//! `coverage catalog`: what is known of which product.

mod choose;
mod lint;
mod online;
mod pages;
mod pulls;
mod skeleton;

use super::own_catalog::{Own, product};
use super::{Failure, Outcome};
use crate::catalog::{self, Catalog, fetchable, overlay_diff, page, stale};
use crate::host::today;
use crate::model::Entry;
use crate::report::{matrix, product_text};
use choose::Choice;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

/// Look into the catalog of products.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// The products, with the exports that can be read.
    List {
        #[command(flatten)]
        choice: Choice,
        #[command(flatten)]
        own: Own,
        /// How it is written.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// What is claimed about a product, by whom, what counts, and why.
    Show {
        /// The product's id.
        id: String,
        #[command(flatten)]
        day: Day,
        #[command(flatten)]
        own: Own,
        /// How it is written.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// Products × what they can do.
    Matrix {
        #[command(flatten)]
        choice: Choice,
        #[command(flatten)]
        own: Own,
        /// How it is written.
        #[arg(long, value_enum, default_value = "text")]
        format: TableFormat,
    },
    /// Where sources contradict each other or themselves: both sides, which counts, and why.
    Conflicts {
        /// Only this product.
        id: Option<String>,
        #[command(flatten)]
        own: Own,
        /// How it is written.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// The lists that `coverage pull` can fetch, and what each asks for.
    Pulls {
        /// Only of this product.
        id: Option<String>,
        #[command(flatten)]
        own: Own,
        /// How it is written.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// What rests on sources that nobody has looked at for too long.
    Stale {
        /// Only this product.
        id: Option<String>,
        #[command(flatten)]
        day: Day,
        #[command(flatten)]
        own: Own,
    },
    /// What a company's own catalog changes.
    Diff {
        /// The folder with its entries.
        dir: PathBuf,
        #[command(flatten)]
        day: Day,
        /// How it is written.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// Check catalog files; without files, the catalog that is built in.
    Lint {
        /// Files or folders.
        files: Vec<PathBuf>,
        #[command(flatten)]
        own: Own,
        /// Also ask the sources' addresses whether they still answer. The only option that opens network connections.
        #[arg(long)]
        online: bool,
    },
    /// Print a commented entry to begin with.
    New {
        /// The product's id: lower-case letters, digits and hyphens. Write the output into a file of this name.
        id: String,
        /// The product's name [default: the id].
        #[arg(long)]
        name: Option<String>,
        /// The product's domain.
        #[arg(long)]
        domain: Option<String>,
    },
    /// Write the catalog as pages that can be browsed and searched without a network.
    Html {
        /// The folder to write. Pages that stand there are replaced as a whole.
        #[arg(long, value_name = "DIR", default_value = "coverage-catalog")]
        out: PathBuf,
        #[command(flatten)]
        day: Day,
        #[command(flatten)]
        own: Own,
    },
    /// Print the JSON Schema of an entry.
    Schema,
}

/// The day to speak about.
#[derive(Debug, clap::Args)]
struct Day {
    /// The day on which sources are old or fresh [default: today].
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

impl Day {
    fn get(&self) -> Date {
        self.as_of.unwrap_or_else(today)
    }
}

/// A format for people or programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// A format of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum TableFormat {
    /// Columns that stand below each other
    Text,
    /// For a spreadsheet
    Csv,
    /// For a document
    Markdown,
    /// A page that needs nothing else
    Html,
    /// For programs
    Json,
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    let mut out = io::stdout().lock();
    match &args.command {
        Command::List { choice, own, format } => {
            let loaded = own.load()?;
            let chosen = choice.of(&loaded.catalog)?;
            match format {
                Format::Text => list(&chosen, &loaded.catalog, &mut out)?,
                Format::Json => json(&chosen, &mut out)?,
            }
        }
        Command::Show { id, day, own, format } => {
            let loaded = own.load()?;
            let entry = product(&loaded.catalog, id)?;
            let mut page = page(entry, day.get());
            page.fetched = fetchable(&loaded.catalog, entry);
            match format {
                Format::Text => product_text::write(&page, &mut out)?,
                Format::Json => json(&page, &mut out)?,
            }
        }
        Command::Matrix { choice, own, format } => {
            let loaded = own.load()?;
            let chosen = choice.of(&loaded.catalog)?;
            let table = catalog::matrix(chosen.iter().copied());
            match format {
                TableFormat::Text => matrix::text(&table, &mut out)?,
                TableFormat::Csv => matrix::csv(&table, &mut out)?,
                TableFormat::Markdown => matrix::markdown(&table, &mut out)?,
                TableFormat::Html => pages::table(&chosen, &table, &loaded.catalog, &mut out)?,
                TableFormat::Json => json(&table, &mut out)?,
            }
        }
        Command::Conflicts { id, own, format } => {
            let loaded = own.load()?;
            conflicts(&entries(&loaded.catalog, id.as_deref())?, *format, &mut out)?;
        }
        Command::Pulls { id, own, format } => {
            let loaded = own.load()?;
            pulls::write(&loaded.catalog, &entries(&loaded.catalog, id.as_deref())?, *format, &mut out)?;
        }
        Command::Stale { id, day, own } => {
            let loaded = own.load()?;
            old(&entries(&loaded.catalog, id.as_deref())?, day.get(), &mut out)?;
        }
        Command::Diff { dir, day, format } => {
            let loaded = super::own_catalog::laid_over(dir, &dir.display().to_string(), today())?;
            super::tell(&loaded.warnings);
            let changes = overlay_diff(Catalog::embedded(), &loaded.catalog, day.get());
            match format {
                Format::Json => json(&changes, &mut out)?,
                Format::Text if changes.is_empty() => writeln!(out, "the built-in catalog already says all of it")?,
                Format::Text => product_text::changes(&changes, &mut out)?,
            }
        }
        Command::Lint { files, own, online } => return lint::run(files, own, *online, &mut out),
        Command::New { id, name, domain } => {
            skeleton::write(id, name.as_deref(), domain.as_deref(), &mut out)?;
        }
        Command::Html { out: place, day, own } => pages::write(&own.load()?.catalog, place, day.get(), &mut out)?,
        Command::Schema => json(&catalog::schema(), &mut out)?,
    }
    Ok(false)
}

fn json(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
    writeln!(out)
}

/// One product, or all.
fn entries<'a>(catalog: &'a Catalog, id: Option<&str>) -> Result<Vec<&'a Entry>, Failure> {
    match id {
        Some(id) => Ok(vec![product(catalog, id)?]),
        None => Ok(catalog.entries.iter().collect()),
    }
}

fn list(chosen: &[&Entry], catalog: &Catalog, out: &mut impl Write) -> io::Result<()> {
    let width = chosen.iter().map(|e| e.id.len()).max().unwrap_or(0);
    for entry in chosen {
        let roles: Vec<&str> = entry.roles.iter().map(|r| r.word()).collect();
        writeln!(out, "{:width$}  {} ({}), {} claims", entry.id, entry.name, roles.join(", "), entry.claims.len())?;
        for export in entry.exports.iter().filter(|e| e.refuse.is_none()) {
            writeln!(out, "{:width$}    {}: {}", "", export.id, export.name)?;
        }
    }
    if chosen.len() < catalog.entries.len() {
        writeln!(out, "\n{} of {} products", chosen.len(), catalog.entries.len())?;
    }
    writeln!(out, "\ncatalog {}", catalog.version())
}

fn conflicts(entries: &[&Entry], format: Format, out: &mut impl Write) -> io::Result<()> {
    // No day matters to who contradicts whom.
    let pages: Vec<_> = entries.iter().map(|entry| page(entry, Date::MIN)).collect();
    let all = pages.iter().filter(|p| !p.disagreements.is_empty() || !p.look_alikes.is_empty());
    if format == Format::Json {
        let all: Vec<_> = all.map(|p| (&p.id, (&p.disagreements, &p.look_alikes))).collect();
        return json(&all.into_iter().collect::<BTreeMap<_, _>>(), out);
    }
    let mut count = 0;
    for page in all {
        if count > 0 {
            writeln!(out)?;
        }
        count += page.disagreements.len() + page.look_alikes.len();
        product_text::disagreements(&format!("{} ({})", page.name, page.id), &page.disagreements, &mut *out)?;
        for (domain, difference) in &page.look_alikes {
            writeln!(out, "  another product is taken for it: {domain}")?;
            writeln!(out, "    {difference}")?;
        }
    }
    if count == 0 {
        writeln!(out, "no two sources disagree")?;
    }
    Ok(())
}

fn old(entries: &[&Entry], as_of: Date, out: &mut impl Write) -> io::Result<()> {
    let mut count = 0;
    for entry in entries {
        for old in stale(entry, as_of) {
            count += 1;
            writeln!(
                out,
                "{}: {}: last confirmed {}, {} days ago (limit {}), by {}",
                entry.id,
                old.what,
                old.day,
                old.age,
                old.limit,
                old.sources.join(", ")
            )?;
        }
    }
    let what = if count == 1 { "statement rests" } else { "statements rest" };
    writeln!(out, "{count} {what} on old sources, as of {as_of}")
}

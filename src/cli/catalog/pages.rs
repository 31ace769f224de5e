//! `coverage catalog html`: the pages and where they are put.

use crate::catalog::{Catalog, matrix, page};
use crate::cli::{Failure, tell};
use crate::host::{Staging, today};
use crate::model::{Entry, Matrix};
use crate::report::catalog_html;
use jiff::civil::Date;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::io::{self, Write};
use std::path::Path;

/// Writes all pages into a folder, in one step.
pub fn write(catalog: &Catalog, place: &Path, as_of: Date, out: &mut impl Write) -> Result<(), Failure> {
    let staging = Staging::begin(place)?;
    let (day, version) = (as_of.to_string(), catalog.version());
    let table = matrix(catalog.entries.iter());
    let listed = catalog.entries.iter().filter(|entry| table.rows.iter().any(|row| row.id == entry.id));
    let pages: Vec<_> = listed.map(|entry| page(entry, as_of)).collect();
    let mut outputs = Vec::new();
    let mut put = |name: String, bytes: Vec<u8>| -> io::Result<()> {
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        outputs.push(json!({"name": name, "sha256": hash}));
        let mut file = staging.create(&name)?;
        file.write_all(&bytes)?;
        file.flush()
    };
    let mut bytes = Vec::new();
    catalog_html::index(&pages, &table, &day, version, &mut bytes)?;
    put("index.html".to_owned(), bytes)?;
    for page in &pages {
        let mut bytes = Vec::new();
        catalog_html::product(page, &day, version, &mut bytes)?;
        put(catalog_html::file_of(&page.id), bytes)?;
    }
    // The next run replaces the folder if it holds these files and no other.
    let manifest = json!({"catalog": version, "as_of": day, "outputs": outputs});
    let mut file = staging.create("manifest.json")?;
    serde_json::to_writer_pretty(&mut file, &manifest).map_err(io::Error::from)?;
    file.flush()?;
    drop(file);
    tell(&staging.finish()?);
    writeln!(out, "Catalog: {}", place.join("index.html").display())?;
    Ok(())
}

/// Writes the table alone, as a page.
pub fn table(chosen: &[&Entry], table: &Matrix, catalog: &Catalog, out: &mut impl Write) -> io::Result<()> {
    let as_of = today();
    let pages: Vec<_> = chosen.iter().map(|entry| page(entry, as_of)).collect();
    catalog_html::index(&pages, table, &as_of.to_string(), catalog.version(), out)
}

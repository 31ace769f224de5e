//! Compiles `catalog/*.yaml` into one JSON array, and its sources into a table, both in `OUT_DIR`.

use serde_json::Value;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=catalog");
    let catalog = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("catalog");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let mut files = fs::read_dir(&catalog)?.map(|f| f.map(|f| f.path())).collect::<Result<Vec<_>, _>>()?;
    files.sort();
    let mut entries = Vec::new();
    let mut sources =
        String::from("/// The catalog's files: name and text.\npub static SOURCES: &[(&str, &str)] = &[\n");
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_none_or(|e| e != "yaml") {
            println!("cargo:warning=catalog/{name} is no .yaml file and is not in the catalog");
            continue;
        }
        let text = fs::read_to_string(&path)?;
        entries.push(parse(&text).map_err(|e| format!("catalog/{name}: {e}"))?);
        writeln!(sources, "    ({name:?}, {text:?}),")?;
    }
    sources.push_str("];\n");
    fs::write(out.join("catalog.json"), serde_json::to_string(&entries)?)?;
    fs::write(out.join("catalog_sources.rs"), sources)?;
    Ok(())
}

/// Reads YAML as the program's own loader does. What the types ask for is checked by a test over the same files.
fn parse(text: &str) -> Result<Value, serde_saphyr::Error> {
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    serde_saphyr::from_str_with_options(text, options)
}

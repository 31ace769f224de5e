//! Compiles `catalog/*.yaml` into a table in `OUT_DIR`: of each entry its text, its JSON, and what every run needs of it.

use serde_json::Value;
use sha2::{Digest, Sha256};
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
    let mut sources =
        String::from("/// The catalog's files: name and text.\npub static SOURCES: &[(&str, &str)] = &[\n");
    let mut entries = String::from("static ENTRIES: &[Compiled] = &[\n");
    let mut hash = Sha256::new();
    let mut count = 0;
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_none_or(|e| e != "yaml") {
            println!("cargo:warning=catalog/{name} is no .yaml file and is not in the catalog");
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let entry = parse(&text).map_err(|e| format!("catalog/{name}: {e}"))?;
        let whole = entry.to_string();
        hash.update(&whole);
        count += 1;
        let id = entry["id"].as_str().ok_or_else(|| format!("catalog/{name} has no id"))?;
        let slim = slim(&entry).to_string();
        writeln!(entries, "    Compiled {{ id: {id:?}, slim: {slim:?}, whole: {whole:?} }},")?;
        writeln!(sources, "    ({name:?}, {text:?}),")?;
    }
    let hash: String = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let version = format!("static VERSION: &str = \"{count}-{hash}\";\n");
    fs::write(out.join("catalog_sources.rs"), format!("{sources}];\n{entries}];\n{version}"))?;
    Ok(())
}

/// What has to be known of products that are not asked about: how to tell their files, what they may be called, and which
/// parts of them a workspace may name.
fn slim(entry: &Value) -> Value {
    let parts = ["plans", "plan-aliases", "addons", "regions", "variants", "tenancy"];
    let keys = ["id", "name", "also-called", "vendor", "roles", "domains", "exports"].into_iter().chain(parts);
    keys.filter_map(|key| Some((key.to_owned(), entry.get(key)?.clone()))).collect::<serde_json::Map<_, _>>().into()
}

/// Reads YAML as the program's own loader does. What the types ask for is checked by a test over the same files.
fn parse(text: &str) -> Result<Value, serde_saphyr::Error> {
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    serde_saphyr::from_str_with_options(text, options)
}

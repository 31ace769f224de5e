//! A workspace's own exports against the real catalog.

use coverage::catalog::{Catalog, WORKSPACE, export_faults};
use coverage::model::Field;
use coverage::workspace::{Known, Product, Workspace};

fn known(catalog: &Catalog) -> Known<'_> {
    Known {
        products: catalog.entries.iter().map(Product::from).collect(),
        exports: catalog.exports().map(|(_, export)| export).collect(),
        export_faults,
    }
}

#[test]
fn an_export_takes_over_what_another_gives() {
    let text = "exports:
  - {id: ours, name: Ours, holds: [accounts], recognise: [Our Mail], like: theirs}
  - {id: theirs, name: Theirs, holds: [accounts], recognise: [Mail, Team], fields: {email: [Our Mail, Mail]}}
apps:
  crm: {roster: {file: crm.csv, export: ours}}
";
    let catalog = Catalog::embedded();
    let (workspace, warnings) = Workspace::load("coverage.yaml", text.as_bytes(), &known(catalog)).expect("no problem");
    assert!(warnings.is_empty(), "{warnings:?}");
    let catalog = catalog.with_exports(workspace.exports);
    let (entry, export) = catalog.export("ours").expect("the export");
    assert_eq!(entry.id, WORKSPACE);
    assert!(export.fields.contains_key(&Field::Email));
}

#[test]
fn a_faulty_export_is_told_at_its_line() {
    let text = "exports:
  - {id: ours, name: Ours, holds: [accounts], recognise: [], like: theirs}
  - {id: theirs, name: Theirs, holds: [accounts], recognise: ['*'], fields: {email: Mail}}
  - {id: third, name: Third, holds: [accounts], recognise: [Mail], like: their}
";
    let problems =
        Workspace::load("coverage.yaml", text.as_bytes(), &known(Catalog::embedded())).expect_err("problems");
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "coverage.yaml:2:47: error: without columns to recognise it by, every file would be this one",
            "coverage.yaml:3:51: error: `*` names no column",
            "coverage.yaml:4:74: error: there is no export `their`; did you mean `theirs`?",
        ]
    );
}

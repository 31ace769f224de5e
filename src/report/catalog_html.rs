//! The catalog as pages that can be browsed and searched without a network: one of all products, and one for each.
//!
//! minijinja escapes every text, and the Content-Security-Policy allows exactly the one style and the one script that
//! stand in the page: a company's own entries may have been written by anybody.

use super::html::{escaped, policy};
use super::text::clip;
use crate::model::{Cell, Matrix, ProductPage};
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;
use std::io::{self, Write};

const INDEX: &str = include_str!("../../templates/catalog-index.html");
const PRODUCT: &str = include_str!("../../templates/catalog-product.html");
const STYLE: &str = include_str!("../../templates/catalog.css");
const SCRIPT: &str = include_str!("../../templates/catalog.js");

/// Characters of one text.
const LONGEST: usize = 4000;

/// What both pages have.
#[derive(Serialize)]
struct Frame<T: Serialize> {
    csp: String,
    style: String,
    script: String,
    as_of: String,
    catalog: String,
    of: T,
}

/// One product in the list of all.
#[derive(Serialize)]
struct Listed<'a> {
    page: &'a ProductPage,
    cells: Vec<(&'static str, String, bool)>,
    /// Everything that a search may look for.
    words: String,
}

#[derive(Serialize)]
struct All<'a> {
    columns: &'a [&'static str],
    products: Vec<Listed<'a>>,
}

/// The file of a product's page. Ids have lower-case letters, digits and hyphens only.
pub fn file_of(id: &str) -> String {
    format!("products/{id}.html")
}

/// Writes the list of all products that have a row and a page.
pub fn index<W: Write>(pages: &[ProductPage], matrix: &Matrix, as_of: &str, catalog: &str, to: W) -> io::Result<()> {
    let mut products = Vec::with_capacity(pages.len());
    for row in &matrix.rows {
        let Some(page) = pages.iter().find(|page| page.id == row.id) else { continue };
        let cell = |(name, cell): (&&'static str, &Cell)| (*name, cell.line(), cell.disputed);
        let cells = matrix.columns.iter().zip(&row.cells).map(cell).collect();
        products.push(Listed { page, cells, words: words(page) });
    }
    render("index", INDEX, All { columns: &matrix.columns, products }, as_of, catalog, to)
}

/// Writes the page of one product.
pub fn product<W: Write>(page: &ProductPage, as_of: &str, catalog: &str, to: W) -> io::Result<()> {
    render("product", PRODUCT, page, as_of, catalog, to)
}

fn render<T: Serialize, W: Write>(
    name: &'static str,
    template: &'static str,
    of: T,
    as_of: &str,
    catalog: &str,
    mut to: W,
) -> io::Result<()> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    let syntax = env.syntax().to_builder().trim_blocks(true).lstrip_blocks(true).build().map_err(io::Error::other)?;
    env.set_syntax(syntax);
    env.add_filter("plain", |text: &str| clip(text, LONGEST).into_owned());
    env.add_filter("address", address);
    env.add_template(name, template).map_err(io::Error::other)?;
    let (style, script) = (STYLE.replace('\r', ""), SCRIPT.replace('\r', ""));
    let csp = policy([script.as_str()], &style);
    let frame = Frame { csp, style, script, as_of: as_of.to_owned(), catalog: catalog.to_owned(), of };
    let template = env.get_template(name).map_err(io::Error::other)?;
    template.render_captured_to(Value::from(Serde(&frame)), &mut to).map_err(io::Error::other)?;
    to.flush()
}

/// A web address as a link; anything else (`javascript:`, a ticket's number) as text.
fn address(url: &str) -> Value {
    let shown = escaped(&clip(url, LONGEST));
    let web = ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
    Value::from_safe_string(match web && !url.chars().any(|c| c.is_control() || c.is_whitespace()) {
        true => format!("<a href=\"{shown}\" rel=\"noreferrer noopener\">{shown}</a>"),
        false => shown,
    })
}

/// Everything that a search may look for, in lower case.
fn words(page: &ProductPage) -> String {
    let statements = page.topics.iter().flat_map(|topic| &topic.statements);
    let said = statements.flat_map(|s| {
        std::iter::once(s.field.to_owned()).chain(std::iter::once(&s.counts).chain(&s.against).map(|said| {
            let by: Vec<&str> = said.by.iter().map(|c| c.publisher.as_str()).collect();
            format!("{} {} {} {}", said.what, said.scope, said.details.join(" "), by.join(" "))
        }))
    });
    let endings = page.endings.iter().map(|said| format!("{} {}", said.what, said.details.join(" ")));
    let steps = page.runbooks.iter().flat_map(|r| &r.steps).map(|(step, _)| step.clone());
    let names = [&page.also_called, &page.domains, &page.plans, &page.notes].into_iter().flatten().cloned();
    let vendor = page.vendor.iter().cloned();
    let all: Vec<String> = names.chain(vendor).chain(said).chain(endings).chain(steps).collect();
    clip(&all.join(" "), 40_000).to_lowercase()
}

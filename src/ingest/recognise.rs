//! Which export is this? Decided by the columns a file has, never by its name.

use super::words::{HeaderName, header};
use crate::model::{Columns, Export, Field, Holds, Shape};
use std::collections::BTreeSet;
use std::sync::Arc;

/// An export that files are compared with.
#[derive(Debug)]
pub struct Candidate<'a> {
    /// The catalog id of its product.
    pub product: &'a str,
    /// The product's name.
    pub product_name: &'a str,
    /// Whether it belongs to no one product (a hand-made list, SCIM, LDIF).
    pub neutral: bool,
    /// Whether it is declared in the workspace and not in the catalog.
    pub own: bool,
    /// Its declaration.
    pub export: &'a Export,
    /// Each column with the names that it may have.
    recognise: Vec<Vec<HeaderName<'a>>>,
    unlike: Vec<HeaderName<'a>>,
    /// Shared by the exports that are read alike.
    fields: Arc<[HeaderName<'a>]>,
    /// Of a JSON list that belongs to no product: what names the holder. A product's answer that has changed has an id and
    /// a status, too, and may have its addresses deeper down.
    holder: Vec<HeaderName<'a>>,
}

impl Candidate<'_> {
    /// The recognising columns that a header lacks.
    pub fn missing<'s>(&'s self, header: &[String]) -> Vec<&'s str> {
        let missing = self.recognise.iter().filter(|column| !is_in(column, header));
        missing.filter_map(|column| column.first()).map(HeaderName::written).collect()
    }
    /// The columns by which alone a part of it is recognised (`*mail*`), where none of those is read.
    pub fn recognised_only(&self, header: &[String], unused: &[usize]) -> Vec<usize> {
        let fitting = |column: &Vec<HeaderName<'_>>| {
            (0..header.len()).filter(|i| column.iter().any(|n| n.fits(&header[*i]))).collect::<Vec<_>>()
        };
        let patterns = self.recognise.iter().filter(|column| column.iter().any(|n| n.written().contains('*')));
        let unread = patterns.map(fitting).filter(|columns| columns.iter().all(|c| unused.contains(c)));
        unread.filter_map(|columns| columns.first().copied()).collect()
    }
    /// Whether it is a list by hand: of no one product, and as it lies there. A protocol's answer has its list under a name.
    pub fn is_by_hand(&self) -> bool {
        self.neutral && self.export.shape != Shape::Ldif && self.export.list.iter().all(String::is_empty)
    }
    /// How many columns recognise it.
    pub const fn recognised_by(&self) -> usize {
        self.recognise.len()
    }
    fn fits(&self, header: &[String]) -> bool {
        self.recognise.iter().all(|column| is_in(column, header)) && !self.is_unlike(header)
    }
    fn is_unlike(&self, header: &[String]) -> bool {
        is_in(&self.unlike, header)
    }
    /// Whether any field can be read: a line of prose that has a recognising word in it is no header.
    pub fn reads(&self, header: &[String]) -> bool {
        self.export.refuse.is_some() || is_in(if self.holder.is_empty() { &self.fields } else { &self.holder }, header)
    }
    fn fields_in(&self, header: &[String]) -> usize {
        self.fields.iter().filter(|n| header.iter().any(|h| n.fits(h))).count()
    }
}

/// Whether any of these names stands in a header.
fn is_in(names: &[HeaderName<'_>], header: &[String]) -> bool {
    names.iter().any(|n| header.iter().any(|h| n.fits(h)))
}

/// Every export that can be read.
#[derive(Debug)]
pub struct Known<'a> {
    candidates: Vec<Candidate<'a>>,
    lists: BTreeSet<String>,
}

/// What the caller knows of a file already.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'a> {
    /// What its rows must be.
    pub holds: Option<Holds>,
    /// Whether somebody says so; otherwise it is only tried.
    pub said: bool,
    /// The product it must be of.
    pub product: Option<&'a str>,
    /// The export it is.
    pub export: Option<&'a str>,
    /// The export as which it was fetched, one entry after the other: what asked for it knows what came.
    pub fetched: Option<&'a str>,
}

/// The result of a comparison.
#[derive(Debug)]
pub enum Verdict<'k, 'a> {
    /// It is this one.
    Is(&'k Candidate<'a>),
    /// It could be either; the ids.
    Either(&'k Candidate<'a>, &'k Candidate<'a>),
    /// It is this one, which is not what was asked for.
    Other(&'k Candidate<'a>),
    /// Nothing fits.
    Nothing,
}

impl<'a> Known<'a> {
    /// From (product id, product name, neutral, export). `own` is the id under which the workspace's own are.
    pub fn new(own: &str, exports: impl Iterator<Item = (&'a str, &'a str, bool, &'a Export)>) -> Self {
        let names = |written: &'a [String]| written.iter().map(|n| HeaderName::new(n)).collect();
        let mut alike: Vec<Arc<[HeaderName<'a>]>> = Vec::new();
        let mut fields = |export: &'a Export| {
            let written = || export.fields.values().flat_map(Columns::names);
            let same = |known: &&Arc<[HeaderName<'a>]>| known.iter().map(HeaderName::written).eq(written());
            let shared = export.like.as_ref().and_then(|_| alike.iter().find(same));
            let fields = shared.cloned().unwrap_or_else(|| written().map(|n| HeaderName::new(n)).collect());
            alike.extend(shared.is_none().then(|| Arc::clone(&fields)));
            fields
        };
        let candidates: Vec<_> = exports
            .map(|(product, product_name, neutral, export)| Candidate {
                product,
                product_name,
                neutral,
                own: product == own,
                export,
                recognise: export.recognise.iter().map(|column| names(column.names())).collect(),
                unlike: names(&export.unlike),
                fields: fields(export),
                holder: [Field::Email, Field::Username]
                    .iter()
                    .filter(|_| neutral && export.shape == Shape::Json)
                    .filter_map(|field| export.fields.get(field))
                    .flat_map(Columns::names)
                    .map(|n| HeaderName::new(n))
                    .collect(),
            })
            .collect();
        let lists = candidates.iter().flat_map(|c| c.export.list.iter().cloned()).filter(|l| !l.is_empty()).collect();
        Self { candidates, lists }
    }

    /// The names under which JSON documents keep their list.
    pub const fn lists(&self) -> &BTreeSet<String> {
        &self.lists
    }

    /// An export by its id.
    pub fn by_id(&self, id: &str) -> Option<&Candidate<'a>> {
        self.candidates.iter().find(|c| c.export.id == id)
    }

    /// The ids of all exports.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.candidates.iter().map(|c| c.export.id.as_str())
    }

    /// Compares a header (names already normalised) with all exports of a shape.
    pub fn compare(&self, names: &[String], shape: Shape, list: &str, wish: Wish<'_>) -> Verdict<'_, 'a> {
        let mut fitting: Vec<&Candidate<'a>> = self
            .candidates
            .iter()
            .filter(|c| {
                c.export.shape == shape
                    && (shape != Shape::Json || c.export.list.is_empty() || c.export.list.iter().any(|l| l == list))
            })
            .filter(|c| c.fits(names) && c.reads(names))
            .collect();
        let asked = |c: &Candidate<'_>| wish.holds.is_none_or(|h| c.export.holds.contains(&h));
        // A product's own export is no plain list, whoever says so.
        let of_product = fitting.iter().any(|c| !c.neutral);
        fitting.retain(|c| !c.export.only_if_said || wish.said && wish.holds.is_some() && asked(c) && !of_product);
        let own = |c: &Candidate<'_>| wish.product.is_some_and(|p| p == c.product);
        // A file given for one product is rather a hand-made list of it than another product's export.
        let foreign = |c: &Candidate<'_>| c.neutral == wish.product.is_none();
        let rank = |c: &Candidate<'_>| {
            (
                !asked(c),
                !own(c),
                foreign(c),
                std::cmp::Reverse(c.recognise.len()),
                std::cmp::Reverse(c.fields_in(names)),
            )
        };
        fitting.sort_by_cached_key(|c| (rank(c), c.export.id.clone()));
        match fitting[..] {
            [] => Verdict::Nothing,
            [first, ..] if !asked(first) => Verdict::Other(first),
            [first, ..] if wish.product.is_some() && !own(first) && !first.neutral && self.reads(wish.product) => {
                Verdict::Other(first)
            }
            [first, second, ..] if rank(first) == rank(second) => Verdict::Either(first, second),
            [first, ..] => Verdict::Is(first),
        }
    }

    /// Another product's export that a table is in all respects, where it was given for a product that it is not of. With
    /// few recognising columns the likeness says little.
    pub fn foreign(&self, names: &[String], shape: Shape, wish: Wish<'_>) -> Option<&Candidate<'a>> {
        let product = wish.product?;
        self.candidates
            .iter()
            .filter(|c| c.export.shape == shape && !c.neutral && c.product != product)
            .filter(|c| c.recognise.len() >= 5 && c.fits(names))
            .max_by_key(|c| (c.recognise.len(), std::cmp::Reverse(&c.export.id)))
    }

    /// The employee list that a table is, where it was taken for a hand-made member list: it has addresses, too.
    pub fn employees(&self, names: &[String], chosen: &Candidate<'_>, wish: Wish<'_>) -> Option<&Candidate<'a>> {
        if !chosen.neutral || chosen.export.holds.contains(&Holds::Employees) || wish.holds != Some(Holds::Accounts) {
            return None;
        }
        self.candidates
            .iter()
            .filter(|c| c.export.shape == Shape::Table && c.export.holds.contains(&Holds::Employees))
            .filter(|c| c.fits(names) && !c.export.only_if_said)
            .max_by_key(|c| (!c.neutral, c.recognise.len(), std::cmp::Reverse(&c.export.id)))
    }

    /// Whether any export of a product can be read.
    pub fn reads(&self, product: Option<&str>) -> bool {
        self.candidates.iter().any(|c| Some(c.product) == product)
    }

    /// The export that a header nearly is: most of its recognising columns are there.
    pub fn nearly(&self, names: &[String], shape: Shape, wish: Wish<'_>) -> Option<(&Candidate<'a>, Vec<&str>)> {
        self.candidates
            .iter()
            .filter(|c| c.export.shape == shape && !c.neutral && c.recognise.len() >= 3)
            .filter(|c| {
                wish.product.is_none_or(|p| p == c.product) && wish.holds.is_none_or(|h| c.export.holds.contains(&h))
            })
            .filter(|c| !c.is_unlike(names))
            .map(|c| (c, c.missing(names)))
            .filter(|(c, missing)| missing.len() * 2 < c.recognise.len())
            .min_by_key(|(c, missing)| {
                // Of an upload template and the export that is like it, people have the export.
                let share = missing.len() * 100 / c.recognise.len();
                (missing.len(), c.export.refuse.is_some(), share, c.export.id.clone())
            })
    }

    /// How many of a header's names occur anywhere in a known export. For finding a header among junk.
    pub fn familiar(&self, names: &[String], wish: Wish<'_>) -> usize {
        // Exports that are read alike stand one after another.
        let mut last: Option<(&Arc<[HeaderName<'a>]>, usize)> = None;
        self.candidates
            .iter()
            .filter(|c| wish.export.or(wish.fetched).is_none_or(|id| c.export.id == id))
            .map(|c| {
                let read = match last {
                    Some((fields, read)) if Arc::ptr_eq(fields, &c.fields) => read,
                    _ => c.fields_in(names),
                };
                last = Some((&c.fields, read));
                c.recognise.iter().filter(|column| is_in(column, names)).count() * 100 + read
            })
            .max()
            .unwrap_or(0)
    }
}

/// The header name nearest to a missing one, if any is near.
pub fn nearest<'h>(missing: &str, header_row: &'h [String]) -> Option<&'h str> {
    let wanted = header(missing);
    let near = |name: &str| {
        let here = header(name);
        let (short, long) = if here.len() < wanted.len() { (&here, &wanted) } else { (&wanted, &here) };
        let inside = short.len() >= 4 && long.contains(short.as_str());
        let alike = rapidfuzz::distance::jaro_winkler::similarity(wanted.chars(), here.chars());
        if inside { alike.max(0.8 + 0.2 * short.len() as f64 / long.len() as f64) } else { alike }
    };
    header_row
        .iter()
        .map(|h| (h.as_str(), near(h)))
        .filter(|(_, s)| *s >= 0.72)
        .max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.cmp(a.0)))
        .map(|(h, _)| h)
}

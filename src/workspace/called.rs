//! Which product of the catalog people mean by a name: `monday-com`, `Adobe Admin Console users`.

use super::Product;

/// Words of a product's name that people leave out or put in, and that tell no product from another.
const CARRIES_NOTHING: [&str; 14] = [
    "business",
    "cloud",
    "inc",
    "com",
    "io",
    "corp",
    "gmbh",
    "ltd",
    "llc",
    "app",
    "org",
    "orgs",
    "organization",
    "organizations",
];

/// What a name says of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Called<'p> {
    /// It is the product's name, and nothing else.
    Is(&'p str),
    /// The product's name stands in it, or another name that the product has.
    Has(&'p str),
}

/// The product whose id or name stands in the words, by its id: the longest of several. Two that are as long are none.
pub fn called<'p>(words: &[String], products: &'p [Product]) -> Option<Called<'p>> {
    let as_written = longest(
        words,
        products.iter().flat_map(|p| {
            let own = [&p.id, &p.name].into_iter().map(move |name| (p, words_of(name), true));
            own.chain(p.also_called.iter().map(move |name| (p, words_of(name), false)))
        }),
    );
    let without = || {
        let names = products.iter().flat_map(|p| {
            [&p.id, &p.name]
                .into_iter()
                .map(move |name| (p, plain(&words_of(name)), true))
                .filter(|(_, name, _)| !name.is_empty())
        });
        longest(&plain(words), names)
    };
    match as_written {
        Some(Called::Is(_)) => as_written,
        _ => match without() {
            Some(Called::Is(id)) => Some(Called::Is(id)),
            loosely => as_written.or(loosely),
        },
    }
}

fn plain(words: &[String]) -> Vec<String> {
    words.iter().filter(|w| !CARRIES_NOTHING.contains(&w.as_str())).cloned().collect()
}

/// The words of a name, in lower case.
pub fn words_of(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.map(str::to_lowercase).collect()
}

/// The longest name in the words, however its own words are joined: `New Relic`, `new-relic` and `newrelic` are one.
fn longest<'p>(words: &[String], names: impl Iterator<Item = (&'p Product, Vec<String>, bool)>) -> Option<Called<'p>> {
    let (mut best, mut length, mut whole) = (None, 0, false);
    for (product, name, own) in names {
        let name = name.concat();
        let at = (0..words.len()).find_map(|from| {
            let mut left = name.as_str();
            let taken = words[from..].iter().take_while(|word| match left.strip_prefix(word.as_str()) {
                Some(rest) if !left.is_empty() => {
                    left = rest;
                    true
                }
                _ => false,
            });
            let to = from + taken.count();
            left.is_empty().then_some((from, to))
        });
        let Some((from, to)) = at else { continue };
        if name.len() > length {
            (best, length, whole) = (Some(product), name.len(), own && from == 0 && to == words.len());
        } else if name.len() == length && best.is_some_and(|b| b.id != product.id) {
            best = None;
        } else if name.len() == length {
            whole |= own && from == 0 && to == words.len();
        }
    }
    best.map(|product| if whole { Called::Is(product.id.as_str()) } else { Called::Has(product.id.as_str()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(id: &str, name: &str, also: &[&str]) -> Product {
        let also_called = also.iter().map(|&also| also.into()).collect();
        Product { id: id.into(), name: name.into(), also_called, ..Product::default() }
    }

    #[test]
    fn products_are_known_by_the_names_that_people_use() {
        let products = [
            product("adobe", "Adobe Admin Console", &["Creative Cloud"]),
            product("atlassian", "Atlassian Cloud", &["Jira"]),
            product("elastic-cloud", "Elastic Cloud", &[]),
            product("box", "Box", &[]),
            product("hashicorp-cloud", "HCP Terraform", &[]),
            product("microsoft-365", "Microsoft 365", &[]),
            product("monday", "monday.com", &[]),
            product("newrelic", "New Relic", &[]),
            product("loom", "Loom", &[]),
        ];
        let said = |name: &str| called(&words_of(name), &products);
        for (name, id) in [
            ("monday-com", "monday"),
            ("Atlassian Cloud", "atlassian"),
            ("atlassian", "atlassian"),
            ("elastic", "elastic-cloud"),
            ("new-relic", "newrelic"),
            ("NewRelic", "newrelic"),
            ("adobe admin console", "adobe"),
            ("hcp_terraform", "hashicorp-cloud"),
            ("Microsoft 365", "microsoft-365"),
        ] {
            assert_eq!(said(name), Some(Called::Is(id)), "{name}");
        }
        assert_eq!(said("Box Office"), Some(Called::Has("box")), "a word of a name is no proof");
        assert_eq!(said("Jira"), Some(Called::Has("atlassian")), "a product that shares the accounts is another");
        assert_eq!(said("boxes"), None);
        assert_eq!(said("cloud"), None);
        assert_eq!(said("adobe-newrel"), Some(Called::Has("adobe")));
        assert_eq!(called(&words_of("box loom adobe"), &products), Some(Called::Has("adobe")));
        assert_eq!(called(&words_of("box 6un"), &[product("box", "Box", &[]), product("6un", "6un", &[])]), None);
    }
}

//! The identity graph as DOT, GraphML and JSON; as PlantUML, see `plantuml`. Names come from strangers: every format escapes them by its own rules.

use super::public::Lines;
use super::text::clip;
use crate::model::{Edge, Graph, Node};
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// How long a label may be, in characters.
const LONGEST: usize = 120;

/// A format for graphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphFormat {
    /// Graphviz.
    Dot,
    /// GraphML, for yEd, Gephi and networkx.
    GraphMl,
    /// JSON: `nodes` and `edges`.
    Json,
    /// PlantUML.
    PlantUml,
}

/// Writes the graph.
pub fn write<W: Write>(graph: &Graph, format: GraphFormat, mut to: W) -> io::Result<()> {
    match format {
        GraphFormat::Dot => dot(graph, &mut to)?,
        GraphFormat::GraphMl => graphml(graph, &mut to)?,
        GraphFormat::Json => json(graph, &mut to)?,
        GraphFormat::PlantUml => super::plantuml::write(graph, &mut to)?,
    }
    to.flush()
}

/// The edges whose two ends exist.
pub(super) fn edges(graph: &Graph) -> impl Iterator<Item = (&Edge, &Node, &Node)> {
    graph.edges.iter().filter_map(|e| Some((e, graph.nodes.get(e.from as usize)?, graph.nodes.get(e.to as usize)?)))
}

fn dot(graph: &Graph, to: &mut impl Write) -> io::Result<()> {
    writeln!(to, "digraph coverage {{\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];")?;
    for node in &graph.nodes {
        let (id, label) = (DotId(&node.id), DotLabel(&node.label));
        writeln!(to, "  {id} [class=\"{}\", label={label}];", node.kind)?;
    }
    for (edge, a, b) in edges(graph) {
        write!(to, "  {} -> {} [class=\"{}\"", DotId(&a.id), DotId(&b.id), edge.kind)?;
        if !edge.label.is_empty() {
            write!(to, ", label={}", DotLabel(&edge.label))?;
        }
        writeln!(to, "];")?;
    }
    writeln!(to, "}}")
}

/// A quoted DOT identifier. Within quotes only the quotation mark is special, and a backslash at the end.
struct DotId<'a>(&'a str);

impl std::fmt::Display for DotId<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        quoted(f, self.0, |c| match c {
            '"' => Some("\\\""),
            '\\' => Some("\\\\"),
            '\n' => Some("\\n"),
            '\r' => Some("\\r"),
            '\t' => Some("\\t"),
            _ => None,
        })
    }
}

/// A quoted DOT label: Graphviz also replaces `\N`, `\G` and the like in it, and reads `&amp;` as HTML does.
struct DotLabel<'a>(&'a str);

impl std::fmt::Display for DotLabel<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        quoted(f, &clip(self.0, LONGEST), |c| match c {
            '"' => Some("\\\""),
            '\\' => Some("\\\\"),
            '&' => Some("&amp;"),
            _ => None,
        })
    }
}

fn quoted(
    f: &mut std::fmt::Formatter<'_>,
    text: &str,
    escape: impl Fn(char) -> Option<&'static str>,
) -> std::fmt::Result {
    use std::fmt::Write as _;
    f.write_char('"')?;
    for c in text.chars() {
        match escape(c) {
            Some(escaped) => f.write_str(escaped)?,
            None => f.write_char(if is_xml(c) { c } else { char::REPLACEMENT_CHARACTER })?,
        }
    }
    f.write_char('"')
}

fn graphml(graph: &Graph, to: &mut impl Write) -> io::Result<()> {
    writeln!(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(to, "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">")?;
    let names: BTreeSet<&str> = graph.nodes.iter().flat_map(|n| &n.attributes).map(|&(name, _)| name).collect();
    let keys: BTreeMap<&str, usize> = names.into_iter().enumerate().map(|(ix, name)| (name, ix)).collect();
    for (domain, name) in [("node", "id"), ("node", "kind"), ("node", "label"), ("edge", "kind"), ("edge", "label")] {
        writeln!(to, "  <key id=\"{domain}-{name}\" for=\"{domain}\" attr.name=\"{name}\" attr.type=\"string\"/>")?;
    }
    for (name, ix) in &keys {
        writeln!(to, "  <key id=\"a{ix}\" for=\"node\" attr.name=\"{}\" attr.type=\"string\"/>", Xml(name))?;
    }
    writeln!(to, "  <graph id=\"coverage\" edgedefault=\"directed\">")?;
    for (ix, node) in graph.nodes.iter().enumerate() {
        write!(to, "    <node id=\"n{ix}\">")?;
        for (key, value) in [("id", node.id.as_str()), ("kind", node.kind.word()), ("label", &node.label)] {
            write!(to, "<data key=\"node-{key}\">{}</data>", Xml(value))?;
        }
        for (name, value) in &node.attributes {
            write!(to, "<data key=\"a{}\">{}</data>", keys[name], Xml(value))?;
        }
        writeln!(to, "</node>")?;
    }
    for (edge, ..) in edges(graph) {
        write!(to, "    <edge source=\"n{}\" target=\"n{}\">", edge.from, edge.to)?;
        write!(to, "<data key=\"edge-kind\">{}</data>", edge.kind)?;
        writeln!(to, "<data key=\"edge-label\">{}</data></edge>", Xml(&edge.label))?;
    }
    writeln!(to, "  </graph>\n</graphml>")
}

/// Text for XML 1.0, in content or between quotation marks.
pub(super) struct Xml<'a>(pub(super) &'a str);

impl std::fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use std::fmt::Write as _;
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\t' | '\n' | '\r' => write!(f, "&#{};", c as u32)?,
                c if is_xml(c) => f.write_char(c)?,
                _ => f.write_char(char::REPLACEMENT_CHARACTER)?,
            }
        }
        Ok(())
    }
}

/// Whether XML 1.0 allows the character, and it is no control character of another kind.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

fn json(graph: &Graph, to: &mut impl Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema_version: &'static str,
        #[serde(serialize_with = "nodes")]
        nodes: &'a Graph,
        #[serde(serialize_with = "joined")]
        edges: &'a Graph,
    }
    #[derive(Serialize)]
    struct JsonNode<'a> {
        id: &'a str,
        kind: &'static str,
        label: &'a str,
        #[serde(serialize_with = "attributes")]
        attributes: &'a [(&'static str, String)],
    }
    #[derive(Serialize)]
    struct JsonEdge<'a> {
        from: &'a str,
        to: &'a str,
        kind: &'static str,
        label: &'a str,
    }
    fn nodes<S: Serializer>(graph: &&Graph, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(graph.nodes.iter().map(|n| JsonNode {
            id: &n.id,
            kind: n.kind.word(),
            label: &n.label,
            attributes: &n.attributes,
        }))
    }
    fn joined<S: Serializer>(graph: &&Graph, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(edges(graph).map(|(edge, from, to)| JsonEdge {
            from: &from.id,
            to: &to.id,
            kind: edge.kind.word(),
            label: &edge.label,
        }))
    }
    fn attributes<S: Serializer>(list: &&[(&'static str, String)], s: S) -> Result<S::Ok, S::Error> {
        s.collect_map(list.iter().map(|(name, value)| (name, value)))
    }
    let document = Document { schema_version: "1", nodes: graph, edges: graph };
    Ok(document.serialize(&mut serde_json::Serializer::with_formatter(to, Lines::default()))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EdgeKind, NodeKind};

    const HOSTILE: [&str; 7] = [
        "a\"b\\",
        "line\nbreak\r\n\ttab",
        "<script>&amp;]]>--></script>",
        "\u{0}\u{1b}[2J\u{9b}\u{fffe}\u{ffff}",
        "\u{202e}gnp.exe",
        "\\N \\G \\l & &lt; \\",
        "];\"a\"->\"b",
    ];

    fn graph() -> Graph {
        let mut graph = Graph::default();
        let app = graph.add("app:slack".to_owned(), NodeKind::App, "Slack".to_owned(), vec![]);
        for name in HOSTILE {
            let attributes = vec![("status", name.to_owned()), ("email", String::new())];
            let person = graph.add(format!("person:{name}"), NodeKind::Person, name.repeat(30), vec![]);
            let account = graph.add(format!("account:{name}"), NodeKind::Account, name.to_owned(), attributes);
            graph.join(person, account, EdgeKind::Holds, name);
            graph.join(account, app, EdgeKind::In, "");
        }
        graph.join(0, 4_000_000, EdgeKind::In, "leads nowhere");
        graph
    }

    fn written(format: GraphFormat) -> String {
        let mut bytes = Vec::new();
        write(&graph(), format, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// Takes the quoted strings out by DOT's rule and returns what is left.
    fn without_strings(dot: &str) -> String {
        let (mut left, mut chars) = (String::new(), dot.chars());
        while let Some(c) = chars.next() {
            if c != '"' {
                left.push(c);
                continue;
            }
            left.push('S');
            loop {
                match chars.next().expect("a string is never closed") {
                    '"' => break,
                    '\\' => drop(chars.next()),
                    c => assert!(!c.is_control(), "{c:?}"),
                }
            }
        }
        left
    }

    #[test]
    fn dot_is_made_of_statements_whatever_the_names() {
        let dot = written(GraphFormat::Dot);
        for line in without_strings(&dot).lines().skip(3).filter(|l| *l != "}") {
            let statement = ["  S [class=S, label=S];", "  S -> S [class=S, label=S];", "  S -> S [class=S];"];
            assert!(statement.contains(&line), "{line}");
        }
        assert_eq!(dot.matches(" -> ").count(), 2 * HOSTILE.len());
    }

    #[test]
    fn graphml_is_well_formed_whatever_the_names() {
        let xml = written(GraphFormat::GraphMl);
        assert!(xml.chars().all(is_xml));
        let mut open = Vec::new();
        for tag in xml.split('<').skip(2) {
            let (tag, text) = tag.split_once('>').expect("a tag is never closed");
            assert!(!text.contains('>'));
            for entity in text.split('&').skip(1) {
                let name = entity.split_once(';').expect("an entity is never closed").0;
                assert!(["amp", "lt", "gt", "quot", "#9", "#10", "#13"].contains(&name), "{name}");
            }
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name)),
                None if tag.ends_with('/') => {}
                None => open.push(tag.split(' ').next().unwrap()),
            }
        }
        assert!(open.is_empty(), "{open:?}");
        assert_eq!(xml.matches("<edge ").count(), 2 * HOSTILE.len());
    }

    #[test]
    fn json_gives_names_back_unchanged() {
        let value: serde_json::Value = serde_json::from_str(&written(GraphFormat::Json)).unwrap();
        assert_eq!(value["nodes"][2]["attributes"]["status"], HOSTILE[0]);
        assert_eq!(value["edges"].as_array().unwrap().len(), 2 * HOSTILE.len());
        assert_eq!(value["edges"][0]["to"], value["nodes"][2]["id"]);
    }
}

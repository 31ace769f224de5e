//! The identity graph for PlantUML. Its preprocessor calls functions and reads files wherever a line asks for it, and its
//! texts have mark-up, so names are written with everything that could be either as a code point.

use super::graph::edges;
use super::text::clip;
use crate::model::{EdgeKind, Graph, NodeKind};
use std::fmt::Write as _;
use std::io::{self, Write};

/// How long a label may be, in characters.
const LONGEST: usize = 120;

/// Writes the graph.
pub(super) fn write(graph: &Graph, to: &mut impl Write) -> io::Result<()> {
    writeln!(to, "@startuml\nleft to right direction\nhide stereotype")?;
    for (ix, node) in graph.nodes.iter().enumerate() {
        let shape = match node.kind {
            NodeKind::Person => "actor",
            NodeKind::Identity => "card",
            NodeKind::Account => "rectangle",
            NodeKind::App => "component",
            NodeKind::Source => "artifact",
        };
        writeln!(to, "{shape} \"{}\" as n{ix} <<{}>>", text(&node.label), node.kind)?;
    }
    for (edge, _, _) in edges(graph) {
        let arrow = if edge.kind == EdgeKind::Candidate { "..>" } else { "-->" };
        write!(to, "n{} {arrow} n{}", edge.from, edge.to)?;
        if !edge.label.is_empty() {
            write!(to, " : {}", text(&edge.label))?;
        }
        writeln!(to)?;
    }
    writeln!(to, "@enduml")
}

/// A label: letters and digits of any script as they are, of the signs only those that mean nothing here.
fn text(label: &str) -> String {
    let label = clip(label, LONGEST);
    let mut out = String::with_capacity(label.len() + 8);
    let mut before = ' ';
    for c in label.trim().chars() {
        // Two of these in a row mark something up; one does not.
        let doubled = matches!(c, '-' | '_' | '/' | '.' | ',') && before == c;
        let plain = c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '/' | '.' | ',' | '@' | ':');
        if plain && !doubled {
            out.push(c);
        } else {
            let _ = write!(out, "<U+{:04X}>", c as u32);
        }
        before = c;
    }
    if out.is_empty() { "–".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_calls_includes_or_marks_up_anything() {
        assert_eq!(text("%getenv(\"HOME\")"), "<U+0025>getenv<U+0028><U+0022>HOME<U+0022><U+0029>");
        assert_eq!(text("a\n!include /etc/passwd\n@enduml"), "a <U+0021>include /etc/passwd @enduml");
        assert_eq!(text("--x-- //y// <b>"), "-<U+002D>x-<U+002D> /<U+002F>y/<U+002F> <U+003C>b<U+003E>");
        assert_eq!(text("Zoë Łuk@nord.example"), "Zoë Łuk@nord.example");
        assert_eq!(text(" \n"), "–");
    }

    #[test]
    fn every_node_and_edge_is_a_line() {
        let mut graph = Graph::default();
        let app = graph.add("app:a".to_owned(), NodeKind::App, "@enduml\n\"] as x".to_owned(), vec![]);
        let person = graph.add("person:b".to_owned(), NodeKind::Person, String::new(), vec![]);
        graph.join(person, app, EdgeKind::Candidate, "=1\n'");
        let mut bytes = Vec::new();
        write(&graph, &mut bytes).unwrap();
        let lines = String::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = lines.lines().skip(3).collect();
        assert_eq!(
            lines,
            [
                "component \"@enduml <U+0022><U+005D> as x\" as n0 <<app>>",
                "actor \"–\" as n1 <<person>>",
                "n1 ..> n0 : <U+003D>1 <U+0027>",
                "@enduml"
            ]
        );
    }
}

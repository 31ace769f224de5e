//! `coverage graph`: the identity graph, whole or around one person or app.

use super::report::no_such_app;
use super::selection::Sources;
use super::store::KeptRuns;
use super::who::Who;
use super::{Outcome, tell};
use crate::diag::Diagnostic;
use crate::model::{EdgeKind, Graph, NodeKind, PersonIx, Place, Report, Situation};
use crate::report::graph::{GraphFormat, write};
use crate::rules::cases::{AccountCase, Company};
use crate::run::Watch;
use petgraph::graph::UnGraph;
use petgraph::visit::Bfs;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;

/// Print the identity graph: people, their records, their accounts, the apps and the files.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder with a coverage.yaml, or the file itself [default: this folder].
    workspace: Option<PathBuf>,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    kept: KeptRuns,
    /// How it is written.
    #[arg(long, value_enum, default_value = "dot")]
    format: Format,
    /// Only what hangs together with this person (address, employee id or full name).
    #[arg(long, value_name = "WHO")]
    person: Option<String>,
    /// Only this app and the people in it.
    #[arg(long)]
    app: Option<String>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// Graphviz.
    Dot,
    /// GraphML, for yEd, Gephi and networkx.
    Graphml,
    /// Nodes and edges as JSON.
    Json,
    /// PlantUML.
    Plantuml,
}

struct Held {
    app: u32,
    key: String,
    label: String,
    status: &'static str,
    situation: Situation,
    links: Vec<(PersonIx, EdgeKind, String)>,
    place: Place,
}

struct Collect<'a> {
    who: Option<Who<'a>>,
    only: Option<&'a str>,
    all: Mutex<Vec<Held>>,
}

impl Watch for Collect<'_> {
    fn company(&self, company: &Company<'_>) {
        if let Some(who) = &self.who {
            who.look(company);
        }
    }
    fn account(&self, case: &AccountCase<'_>) {
        if self.only.is_some_and(|only| only != case.app.id) {
            return;
        }
        let placed = case.placed;
        let mut links: Vec<(PersonIx, EdgeKind, String)> = Vec::new();
        // No key has led to whoever answers for a machine's account.
        let answers = placed.situation == Situation::NonHuman && placed.key.is_none();
        let joins = if answers { EdgeKind::AnswersFor } else { EdgeKind::Holds };
        links.extend(placed.person.map(|p| (p, joins, placed.key.map_or(String::new(), |k| k.to_string()))));
        if matches!(placed.situation, Situation::Disputed | Situation::Collision) {
            links.extend(placed.rivals.iter().map(|r| (r.person, EdgeKind::Candidate, r.key.to_string())));
        }
        links.extend(placed.candidates.iter().map(|c| (c.person, EdgeKind::Candidate, c.score.to_string())));
        if self.who.as_ref().is_some_and(|who| !links.iter().any(|(p, _, _)| who.means(*p))) {
            return;
        }
        let facts = case.facts();
        let held = Held {
            app: case.app.ix,
            key: crate::rules::account_key(case),
            label: if facts.email().is_empty() { facts.account().to_owned() } else { facts.email().to_owned() },
            status: facts.status.word(),
            situation: placed.situation,
            links,
            place: case.place,
        };
        if let Ok(mut all) = self.all.lock() {
            all.push(held);
        }
    }
}

/// Runs the command.
pub fn run(args: &Args) -> Outcome {
    let (selection, warnings) = args.sources.select(args.workspace.as_deref())?;
    tell(&warnings);
    if let Some(app) = &args.app
        && !selection.workspace.apps.iter().any(|a| a.id == *app)
    {
        let known: Vec<String> = selection.workspace.apps.iter().map(|a| a.id.clone()).collect();
        return Err(no_such_app(app, &known).into());
    }
    let collect =
        Collect { who: args.person.as_deref().map(Who::new), only: args.app.as_deref(), all: Mutex::default() };
    let done = selection.watched(&collect, &args.kept)?;
    let mut held = collect.all.into_inner().unwrap_or_default();
    held.sort_by(|a, b| (a.app, &a.key, a.place).cmp(&(b.app, &b.key, b.place)));
    let whole = build(&done.report, &held);
    let graph = match (collect.who, &args.app) {
        (Some(who), _) => {
            let written = who.written;
            let roots: Vec<String> = who.people().iter().map(|p| person_id(&done.report, *p)).collect();
            if roots.is_empty() {
                return Err(Diagnostic::error("coverage", format!("nobody is called `{written}` here"))
                    .help("give a work address, an employee id or a full name")
                    .into());
            }
            around(&whole, &|id| roots.iter().any(|r| r == id), 2)
        }
        (None, Some(app)) => around(&whole, &|id| id == format!("app:{app}"), 3),
        (None, None) => whole,
    };
    let format = match args.format {
        Format::Dot => GraphFormat::Dot,
        Format::Graphml => GraphFormat::GraphMl,
        Format::Json => GraphFormat::Json,
        Format::Plantuml => GraphFormat::PlantUml,
    };
    write(&graph, format, io::BufWriter::new(io::stdout().lock()))?;
    Ok(false)
}

fn person_id(report: &Report, ix: PersonIx) -> String {
    format!("person:{}", report.people[ix.0 as usize].key)
}

fn build(report: &Report, held: &[Held]) -> Graph {
    let mut graph = Graph::default();
    let sources: Vec<u32> = report
        .sources
        .iter()
        .map(|s| {
            graph.add(
                format!("source:{}", s.file),
                NodeKind::Source,
                s.file.clone(),
                vec![("export", s.export.clone()), ("sha256", s.sha256.clone())],
            )
        })
        .collect();
    let apps: Vec<u32> = report
        .apps
        .iter()
        .map(|a| {
            graph.add(format!("app:{}", a.id), NodeKind::App, a.name.clone(), vec![("sign_in", a.sign_in.clone())])
        })
        .collect();
    let mut people = Vec::new();
    for (i, person) in report.people.iter().enumerate() {
        let attributes = vec![("standing", person.standing.word().to_owned()), ("email", person.email.to_string())];
        let node =
            graph.add(person_id(report, PersonIx(i as u32)), NodeKind::Person, person.name.to_string(), attributes);
        people.push(node);
        for (n, &r) in person.identities.iter().enumerate() {
            let record = &report.identities[r as usize];
            let source = &report.sources[record.place.source as usize];
            let label =
                [&record.email, &record.employee_id, &record.id].into_iter().find(|t| !t.is_empty()).map_or("", |t| t);
            let id = format!("identity:{}:{}:{n}", source.id, person.key);
            let status = if record.from_hr { record.person_status.word() } else { record.status.word() };
            let attributes = vec![("status", status.to_owned()), ("line", record.place.line.to_string())];
            let identity = graph.add(id, NodeKind::Identity, format!("{}: {label}", source.id), attributes);
            graph.join(node, identity, EdgeKind::Record, String::new());
            graph.join(identity, sources[record.place.source as usize], EdgeKind::ReadFrom, String::new());
        }
    }
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for h in held {
        let mut id = format!("account:{}:{}", report.apps[h.app as usize].id, h.key);
        let n = seen.entry(id.clone()).or_insert(0);
        *n += 1;
        if *n > 1 {
            id.push_str(&format!("#{n}"));
        }
        let attributes = vec![
            ("status", h.status.to_owned()),
            ("situation", h.situation.to_string()),
            ("line", h.place.line.to_string()),
        ];
        let account = graph.add(id, NodeKind::Account, h.label.clone(), attributes);
        graph.join(account, apps[h.app as usize], EdgeKind::In, String::new());
        graph.join(account, sources[h.place.source as usize], EdgeKind::ReadFrom, String::new());
        for (person, kind, label) in &h.links {
            graph.join(people[person.0 as usize], account, *kind, label.clone());
        }
    }
    graph
}

/// The part of a graph that is at most so many steps from its roots. Files are shown, but lead nowhere.
fn around(graph: &Graph, is_root: &dyn Fn(&str) -> bool, steps: usize) -> Graph {
    let mut net = UnGraph::<(), ()>::with_capacity(graph.nodes.len(), graph.edges.len());
    let nodes: Vec<_> = graph.nodes.iter().map(|_| net.add_node(())).collect();
    let leads = |i: u32| !matches!(graph.nodes[i as usize].kind, NodeKind::Source);
    for edge in graph.edges.iter().filter(|e| leads(e.from) && leads(e.to)) {
        net.add_edge(nodes[edge.from as usize], nodes[edge.to as usize], ());
    }
    let mut keep: BTreeSet<u32> = BTreeSet::new();
    for root in (0..graph.nodes.len()).filter(|i| is_root(&graph.nodes[*i].id)) {
        let mut distance: BTreeMap<usize, usize> = BTreeMap::from([(root, 0)]);
        let mut search = Bfs::new(&net, nodes[root]);
        while let Some(node) = search.next(&net) {
            let d = distance.get(&node.index()).copied().unwrap_or(usize::MAX);
            if d > steps {
                break;
            }
            keep.insert(node.index() as u32);
            for next in net.neighbors(node) {
                distance.entry(next.index()).or_insert(d + 1);
            }
        }
    }
    let files: Vec<u32> =
        graph.edges.iter().filter(|e| e.kind == EdgeKind::ReadFrom && keep.contains(&e.from)).map(|e| e.to).collect();
    keep.extend(files);
    let index: BTreeMap<u32, u32> = keep.iter().enumerate().map(|(new, old)| (*old, new as u32)).collect();
    let mut part = Graph { nodes: keep.iter().map(|i| graph.nodes[*i as usize].clone()).collect(), edges: Vec::new() };
    for edge in &graph.edges {
        if let (Some(&from), Some(&to)) = (index.get(&edge.from), index.get(&edge.to)) {
            part.join(from, to, edge.kind, edge.label.clone());
        }
    }
    part
}

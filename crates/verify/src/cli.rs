//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use verify_engine::sandbox::Tier;
use verify_model::policy::Matter;

use crate::policy;

/// Tells the truth about every Rust example in a document.
///
/// Extracts the Rust blocks of Markdown and YAML documents, works out what each needs, compiles,
/// lints, tests and runs it in a crate of its own, and says which compile, what it took, and who
/// is at fault when one does not.
///
/// Exit codes: 0 nothing to complain about; 1 an example failed; 2 usage or configuration;
/// 3 the machine lacks something; 4 no example found; 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "verify", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// What to do instead of a run.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lists the examples without compiling anything.
    List(ListArgs),
    /// Says what changed between two JSON reports: new, fixed, still failing, gone.
    Diff(DiffArgs),
    /// Joins the JSON reports of runs over different documents into one.
    Merge(MergeArgs),
    /// Shows the crate that was generated for an example, and why it looks like that.
    Show(ShowArgs),
    /// Removes everything that verify generated below the cache directory.
    Clean(Common),
    /// Shows what is kept from earlier runs, and removes some or all of it.
    #[command(subcommand)]
    Cache(CacheCommand),
}

/// What fails a run, said on the command line: it goes before what verify.toml says in general.
#[derive(Debug, Default, Args)]
pub(crate) struct PolicyArgs {
    /// Fails the run because of these: a verdict, `lints` or `unfinished`.
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = policy::deniable)]
    pub(crate) deny: Vec<Matter>,
    /// Does not fail the run because of these: a verdict, `lints` or `unfinished`.
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = policy::matter)]
    pub(crate) allow: Vec<Matter>,
    /// Fails the run because of this lint or group of lints: `clippy::unwrap_used`.
    #[arg(long, value_name = "LINT", value_delimiter = ',')]
    pub(crate) deny_lint: Vec<String>,
    /// Does not fail the run because of this lint or group of lints.
    #[arg(long, value_name = "LINT", value_delimiter = ',')]
    pub(crate) allow_lint: Vec<String>,
}

/// Arguments of a run.
// Each flag is a word of the command line of its own.
#[expect(clippy::struct_excessive_bools)]
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Documents, or directories to search for them; without any, what verify.toml names.
    pub(crate) paths: Vec<PathBuf>,
    /// Also writes a report: `json=FILE`; `-` is standard output.
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = parse_report)]
    pub(crate) reports: Vec<ReportRequest>,
    /// Examples judged at once; by default as many as the machine has cores.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// Does without the network: only crates that were downloaded before are used.
    #[arg(long)]
    pub(crate) offline: bool,
    /// Resolves all dependencies anew, and writes their versions to verify.lock.
    #[arg(long, conflicts_with_all = ["offline", "locked"])]
    pub(crate) update: bool,
    /// Uses only versions that verify.lock has.
    #[arg(long)]
    pub(crate) locked: bool,
    /// Compiles and runs everything again; what comes out takes the place of what was kept.
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Judges every example by plain cargo in its generated crate: slow, and what the fast way has
    /// to agree with.
    #[arg(long)]
    pub(crate) via_cargo: bool,
    /// Says on standard error how much work the run took.
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// How strangers' code is contained.
    #[command(flatten)]
    pub(crate) sandbox: SandboxArgs,
    /// Fails only because of trouble that this earlier JSON report does not have.
    #[arg(long, value_name = "FILE", conflicts_with = "only")]
    pub(crate) baseline: Option<PathBuf>,
    /// Judges examples whose fence says `ignore`, too.
    #[arg(long)]
    pub(crate) include_ignored: bool,
    /// Judges only examples with this id, or in documents that this glob matches.
    #[arg(long, value_name = "ID|GLOB", conflicts_with = "update")]
    pub(crate) only: Vec<String>,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Arguments about the sandbox.
#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    /// Ends with exit code 3 where the sandbox is weaker: A (isolated) or B (confined).
    #[arg(long, value_name = "TIER", value_parser = parse_demand)]
    pub(crate) require_sandbox: Option<Tier>,
    /// Uses this tier of the sandbox: A (isolated), B (confined) or C (limits only).
    #[arg(long, value_name = "TIER", value_parser = parse_tier)]
    pub(crate) force_tier: Option<Tier>,
    /// Runs programs even where there is no sandbox: they can then read, change and send
    /// everything that you can.
    #[arg(long)]
    pub(crate) allow_unsandboxed: bool,
    /// Counts on no newer version of Landlock than this, to try what older kernels need.
    #[arg(long, value_name = "VERSION", hide = true)]
    pub(crate) landlock: Option<i32>,
}

/// Arguments of every command.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// The configuration file; by default verify.toml here or in a directory above.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Where generated crates and compiled dependencies are kept.
    #[arg(long, value_name = "DIR")]
    pub(crate) cache_dir: Option<PathBuf>,
    /// Reads documents of more than 64 MiB, too.
    #[arg(long)]
    pub(crate) allow_large: bool,
}

/// What to do with what is kept.
#[derive(Debug, Subcommand)]
pub(crate) enum CacheCommand {
    /// Says how much each part of the cache directory holds.
    Stats(CacheArgs),
    /// Removes the outcomes that were not used for the longest time.
    Prune(PruneArgs),
    /// Forgets all outcomes. Compiled dependencies stay; `verify clean` removes these, too.
    Clear(CacheArgs),
}

/// Arguments of `verify cache`.
#[derive(Debug, Args)]
pub(crate) struct CacheArgs {
    /// How to print.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Arguments of `verify cache prune`.
#[derive(Debug, Args)]
pub(crate) struct PruneArgs {
    /// How much may stay: bytes, or a number with `K`, `M` or `G` behind it.
    #[arg(long, value_name = "SIZE", default_value = "2G", value_parser = parse_size)]
    pub(crate) max_size: u64,
    #[command(flatten)]
    pub(crate) cache: CacheArgs,
}

/// Arguments of `verify list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Documents, or directories to search for them; without any, what verify.toml names.
    pub(crate) paths: Vec<PathBuf>,
    /// How to print; as JSON in the shape of the report, without what a run adds.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
    /// Lists every other fence, too, with the reason why it is no example.
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Forms of what `verify list` and `verify diff` print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A line for each example.
    Text,
    /// For programs.
    Json,
}

/// Arguments of `verify diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The earlier JSON report.
    pub(crate) old: PathBuf,
    /// The later JSON report; what it was made to fail for counts for both.
    pub(crate) new: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// Arguments of `verify merge`.
#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// The JSON reports.
    #[arg(required = true, value_name = "REPORT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Also writes the whole as a report: `json=FILE`; `-` is standard output.
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = parse_report)]
    pub(crate) reports: Vec<ReportRequest>,
}

/// Arguments of `verify show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The example: `path#N`, as reports and `verify list` have it.
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// A report to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportRequest {
    pub(crate) format: ReportFormat,
    pub(crate) file: PathBuf,
}

/// Forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReportFormat {
    /// `report.json`.
    Json,
}

fn parse_tier(argument: &str) -> Result<Tier, String> {
    Tier::parse(argument).ok_or_else(|| "the tiers are A, B and C".to_owned())
}

fn parse_demand(argument: &str) -> Result<Tier, String> {
    let strong = |tier: &Tier| *tier > Tier::Limited;
    Tier::parse(argument)
        .filter(strong)
        .ok_or_else(|| "what can be required is A or B".to_owned())
}

fn parse_report(argument: &str) -> Result<ReportRequest, String> {
    let (format, file) = argument
        .split_once('=')
        .ok_or("expected FORMAT=FILE, such as json=report.json")?;
    let format = match format {
        "json" => ReportFormat::Json,
        other => {
            return Err(format!(
                "`{other}` is no report format; this version has: json"
            ));
        }
    };
    if file.is_empty() {
        return Err("the file's name is empty".to_owned());
    }
    Ok(ReportRequest {
        format,
        file: PathBuf::from(file),
    })
}

/// Reads `1000`, `64K`, `500M`, `2G`; a unit is 1024 of the one before.
fn parse_size(argument: &str) -> Result<u64, String> {
    let (number, power) = match argument.as_bytes().last() {
        Some(b'K' | b'k') => (&argument[..argument.len() - 1], 1),
        Some(b'M' | b'm') => (&argument[..argument.len() - 1], 2),
        Some(b'G' | b'g') => (&argument[..argument.len() - 1], 3),
        _ => (argument, 0),
    };
    let number: u64 = number
        .parse()
        .map_err(|_| "expected a size such as 500M or 2G".to_owned())?;
    let unit = 1024_u64.pow(power);
    let size = number.checked_mul(unit);
    size.ok_or_else(|| "is more than any disk holds".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in [("0", 0), ("12", 12), ("3k", 3072), ("2G", 2 << 30)] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        assert_eq!(parse_size("2G"), Ok(verify_engine::DEFAULT_MAX_BYTES));
        for wrong in ["", "G", "-1", "1.5G", "é", "99999999999G"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn report_requests_name_a_format_and_a_file() {
        let request = parse_report("json=a=b.json").unwrap();
        assert_eq!(request.file, PathBuf::from("a=b.json"));
        for wrong in ["json", "json=", "xml=a", "=a"] {
            assert!(parse_report(wrong).is_err(), "{wrong}");
        }
    }
}

//! From plans to dependency sets that are ready: resolves, mends what the resolution rejects, and
//! builds each set once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use verify_model::{AidKind, ManifestFault, Outcome, Stage, StageReport, UnresolvedCrate};

use verify_source::scaffold::{Plan, Stated, is_about};
use verify_source::surroundings::Surroundings;

use crate::climb::Climber;
use crate::compiler::Links;
use crate::error::EngineError;
use crate::event::Event;
use crate::lock;
use crate::resolution::{Fault, FaultKind};
use crate::sets::{Depth, Preparation, Set, Trouble};
use crate::sources::Sources;

/// Most faults of one example's dependencies that are mended.
const MAX_FAULTS: usize = 16;

/// Most steps in which crates are brought nearer to what goes with others.
const MAX_STEPS: usize = 24;

/// Most plans that are passed over.
const MAX_VAIN: usize = 32;

/// Most majors of a dependency that are left out because they do not build.
const MAX_OLDER_MAJORS: usize = 2;

/// The dependency sets of a run.
pub(crate) struct Sets<'a> {
    pub preparation: Preparation<'a>,
    pub observe: &'a (dyn Fn(Event) + Sync),
    /// What releases cannot have.
    sources: Sources,
    /// Resolved sets by key, or why they could not be resolved.
    resolved: BTreeMap<String, Result<Arc<Set>, Trouble>>,
    /// What came of building them.
    built: BTreeMap<(String, Depth), Result<Option<Links>, Trouble>>,
}

impl<'a> Sets<'a> {
    pub(crate) fn new(
        preparation: Preparation<'a>,
        sources: Sources,
        observe: &'a (dyn Fn(Event) + Sync),
    ) -> Self {
        Self {
            preparation,
            observe,
            sources,
            resolved: BTreeMap::new(),
            built: BTreeMap::new(),
        }
    }

    /// Resolves the sets of all unsettled climbers. Climbers whose set cannot be resolved are
    /// settled with the reason.
    pub(crate) fn resolve_all(
        &mut self,
        climbers: &mut [&mut Climber<'_>],
    ) -> Result<(), EngineError> {
        for climber in climbers.iter_mut().filter(|it| !it.is_settled()) {
            self.resolve(climber)?;
        }
        Ok(())
    }

    /// Makes the sets of all unsettled climbers ready for type checking. Climbers whose set cannot
    /// be had are settled with the reason.
    pub(crate) fn for_checking(
        &mut self,
        climbers: &mut [&mut Climber<'_>],
    ) -> Result<(), EngineError> {
        // Each time round, at least one plan that was only a try gives way to another.
        while self.prepare(climbers)? {}
        Ok(())
    }

    /// The same for the plans as they are now. Returns whether some gave way to others.
    fn prepare(&mut self, climbers: &mut [&mut Climber<'_>]) -> Result<bool, EngineError> {
        // Once more for what is left out.
        for _ in 0..=MAX_OLDER_MAJORS + 1 {
            self.resolve_all(climbers)?;
            let open = climbers.iter().filter(|it| !it.is_settled());
            let wanted: Vec<String> = open.map(|it| self.key(it)).collect();
            self.build_all(&wanted, Depth::Metadata)?;
            let mut mended = false;
            for climber in climbers.iter_mut().filter(|it| !it.is_settled()) {
                mended |= self.mend_build(climber) || self.leave_out(climber);
            }
            if !mended {
                break;
            }
        }
        let mut gave_way = false;
        for climber in climbers.iter_mut().filter(|it| !it.is_settled()) {
            if let Err(reason) = self.ready(climber, Depth::Metadata) {
                climber.settle(could_not(reason));
                gave_way |= !climber.is_settled();
            }
        }
        Ok(gave_way)
    }

    /// Asks for an older major of a dependency that does not build, if the document leaves the
    /// version open.
    fn mend_build(&self, climber: &mut Climber<'_>) -> bool {
        let key = (self.key(climber), Depth::Metadata);
        let Some(Err(Trouble::Fault(fault))) = self.built.get(&key) else {
            return false;
        };
        ask_for_older(climber, fault)
    }

    /// Leaves out the dependencies because of which the set of `climber` does not build: the example
    /// may not need them.
    fn leave_out(&self, climber: &mut Climber<'_>) -> bool {
        let key = self.key(climber);
        let (Some(Ok(set)), Some(Err(trouble))) = (
            self.resolved.get(&key),
            self.built.get(&(key, Depth::Metadata)),
        ) else {
            return false;
        };
        let culprits = match trouble {
            Trouble::Fault(fault) => BTreeSet::from([fault.key.clone()]),
            Trouble::Underneath { package, .. } => {
                let leading = lock::leading_to(&set.lockfile, package);
                let packages = set.packages.iter();
                let leading = packages.filter(|(_, package)| leading.contains(*package));
                leading.map(|(key, _)| key.clone()).collect()
            }
            Trouble::Environment(_) => return false,
        };
        climber.leave_out(&culprits, set, words(trouble))
    }

    /// Builds the sets of `climbers` to `depth`, once each.
    pub(crate) fn build<'c>(
        &mut self,
        climbers: impl IntoIterator<Item = &'c Climber<'c>>,
        depth: Depth,
    ) -> Result<(), EngineError> {
        let wanted: Vec<String> = climbers.into_iter().map(|it| self.key(it)).collect();
        self.build_all(&wanted, depth)
    }

    /// The climber's set, when it is resolved.
    pub(crate) fn resolved(&self, climber: &Climber<'_>) -> Option<&Arc<Set>> {
        let set = self.resolved.get(&self.key(climber))?;
        set.as_ref().ok()
    }

    /// The climber's set, when it is built to `depth`; else the reason why not.
    pub(crate) fn ready(&self, climber: &Climber<'_>, depth: Depth) -> Result<&Arc<Set>, String> {
        let key = self.key(climber);
        let not_prepared = || "its dependencies were not prepared".to_owned();
        let set = match self.resolved.get(&key) {
            Some(Ok(set)) => set,
            Some(Err(trouble)) => return Err(words(trouble)),
            None => return Err(not_prepared()),
        };
        match self.built.get(&(key, depth)) {
            Some(Ok(_)) => Ok(set),
            Some(Err(trouble)) => Err(words(trouble)),
            None => Err(not_prepared()),
        }
    }

    /// What the climber's example is linked with; `None` when only cargo can tell.
    pub(crate) fn links(&self, climber: &Climber<'_>, depth: Depth) -> Option<&Links> {
        let built = self.built.get(&(self.key(climber), depth))?;
        built.as_ref().ok()?.as_ref()
    }

    /// The lockfiles of all sets that were resolved.
    pub(crate) fn lockfiles(&self) -> impl Iterator<Item = &str> {
        let sets = self.resolved.values().filter_map(|set| set.as_ref().ok());
        sets.map(|set| set.lockfile.as_str())
    }

    fn key(&self, climber: &Climber<'_>) -> String {
        self.preparation.key(&climber.plan)
    }

    /// Resolves the set of `climber`, mending its plan until cargo takes it.
    fn resolve(&mut self, climber: &mut Climber<'_>) -> Result<(), EngineError> {
        let mut steps = 0;
        for _ in 0..MAX_FAULTS + MAX_STEPS + MAX_VAIN {
            let key = self.key(climber);
            self.resolve_plan(&climber.plan, climber.surroundings)?;
            match self.resolved.get(&key) {
                Some(Err(Trouble::Fault(fault))) => {
                    let fault = fault.clone();
                    if !self.fit_features(climber, &fault)? {
                        mend(climber, &fault);
                    }
                }
                Some(Err(trouble)) => {
                    climber.settle(could_not(words(trouble)));
                    if climber.is_settled() {
                        return Ok(());
                    }
                }
                Some(Ok(set)) => match self.remembered_fault(&key, set) {
                    Some(fault) if ask_for_older(climber, fault) => {}
                    // What is only a try is not built again to see it fail.
                    Some(fault) if climber.is_probing() => {
                        climber.settle(could_not(fault.message.clone()));
                    }
                    _ if steps < MAX_STEPS && climber.keeps_company(set) => steps += 1,
                    _ if climber.is_vain(set, &self.sources) => climber.pass_over(set),
                    _ => return Ok(()),
                },
                None => return Ok(()),
            }
        }
        let reason = "cargo rejects too many of its dependencies".to_owned();
        climber.settle(could_not(reason));
        Ok(())
    }

    /// Resolves the set of `plan`, once.
    fn resolve_plan(
        &mut self,
        plan: &Plan,
        around: Option<&Surroundings>,
    ) -> Result<(), EngineError> {
        let key = self.preparation.key(plan);
        if !self.resolved.contains_key(&key) {
            let set = self.preparation.resolve(plan, around)?;
            self.resolved.insert(key, set.map(Arc::new));
        }
        Ok(())
    }

    /// Leaves an inferred dependency the features that the release has which is meant, where cargo says
    /// that it has not all of them, and says whether that helps. Of several releases cargo names what
    /// the last one lacks, which may be far older.
    fn fit_features(
        &mut self,
        climber: &mut Climber<'_>,
        fault: &Fault,
    ) -> Result<bool, EngineError> {
        let mut bare = climber.plan.clone();
        let dependency = bare.dependencies.get_mut(&fault.key);
        let (FaultKind::NoSuchFeature(_), Some(dependency)) = (&fault.kind, dependency) else {
            return Ok(false);
        };
        if dependency.stated != Stated::Nowhere {
            return Ok(false);
        }
        dependency.features.clear();
        self.resolve_plan(&bare, climber.surroundings)?;
        let set = self.resolved.get(&self.preparation.key(&bare));
        let table = match set {
            Some(Ok(set)) => set.features.get(&fault.key),
            _ => None,
        };
        let plan = &mut climber.plan;
        Ok(table.is_some_and(|table| plan.keep_features(&fault.key, |it| table.has(it))))
    }

    /// The dependency of a set that did not build the last time, unless it was tried again by now.
    /// Where nothing else can be tried, it is.
    fn remembered_fault<'s>(&self, key: &str, set: &'s Set) -> Option<&'s Fault> {
        let is_tried = self.built.contains_key(&(key.to_owned(), Depth::Metadata));
        set.does_not_build.as_ref().filter(|_| !is_tried)
    }

    fn build_all(&mut self, keys: &[String], depth: Depth) -> Result<(), EngineError> {
        let mut wanted: Vec<&String> = Vec::new();
        for key in keys {
            let is_known = self.built.contains_key(&(key.clone(), depth));
            if !is_known && !wanted.contains(&key) {
                wanted.push(key);
            }
        }
        let of = wanted.len();
        for (index, key) in wanted.into_iter().enumerate() {
            let Some(Ok(set)) = self.resolved.get(key) else {
                continue;
            };
            (self.observe)(Event::Dependencies {
                number: index + 1,
                of,
                packages: set.versions.keys().cloned().collect(),
            });
            let built = self.preparation.build(set, depth)?;
            self.preparation.remember_build(set, &built);
            self.built.insert((key.clone(), depth), built);
        }
        Ok(())
    }
}

/// Changes the plan of `climber` to an older major of a dependency that does not build, if the
/// document leaves the version open and the version never built for this example, and says whether
/// it did.
fn ask_for_older(climber: &mut Climber<'_>, fault: &Fault) -> bool {
    let FaultKind::DoesNotBuild { version } = &fault.kind else {
        return false;
    };
    // Then what was added to it since is what does not build: features that were only a guess.
    let was_built = climber.has_built(&fault.key, version);
    let plan = &mut climber.plan;
    let Some(dependency) = plan.dependencies.get_mut(&fault.key) else {
        return false;
    };
    // Nor has what lies beside the document any release.
    let is_fixed =
        dependency.path.is_some() || dependency.requirement.is_some() && !dependency.falls_back;
    if is_fixed || was_built {
        return false;
    }
    dependency.requirement = Some(FaultKind::older_than(version));
    dependency.falls_back = true;
    // What the newest release calls a feature, an older one may not have.
    if dependency.stated == Stated::Nowhere {
        dependency.features.clear();
    }
    let package = dependency.package.clone();
    plan.aids.retain(|aid| !is_about(aid, &package));
    plan.add_aid(
        AidKind::Dependency,
        format!("{package} {}", FaultKind::older_than(version)),
        format!("{package} {version}, the newest release, does not build"),
    );
    true
}

fn words(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Fault(fault) => fault.message.clone(),
        Trouble::Underneath { reason, .. } | Trouble::Environment(reason) => reason.clone(),
    }
}

/// A check that could not be made.
pub(crate) fn could_not(reason: String) -> Outcome {
    Outcome {
        stage: Stage::Check,
        report: StageReport::error(reason),
        diagnostics: Vec::new(),
    }
}

/// Changes the plan so that cargo gets further: what the document states wrongly is its fault and
/// is said; what we guessed wrongly is taken back. A try is given up where more than a feature cannot be
/// had: what is wrong with it is nobody's fault.
fn mend(climber: &mut Climber<'_>, fault: &Fault) {
    let is_try = climber.is_probing();
    let is_of_feature = matches!(fault.kind, FaultKind::NoSuchFeature(_));
    if is_try && !is_of_feature {
        climber.settle(could_not(fault.message.clone()));
        return;
    }
    let stated_at = climber.example.stated_at(&fault.key);
    let plan = &mut climber.plan;
    let Some(dependency) = plan.dependencies.get_mut(&fault.key) else {
        return;
    };
    let is_stated = dependency.stated != Stated::Nowhere;
    let is_gone = match &fault.kind {
        FaultKind::NoSuchFeature(feature) => {
            plan.keep_features(&fault.key, |it| it != feature);
            false
        }
        FaultKind::NoSuchVersion | FaultKind::NotARequirement => {
            dependency.requirement.take().is_none()
        }
        FaultKind::NoSuchPackage => true,
        // Builds are mended where they are made.
        FaultKind::DoesNotBuild { .. } => return,
    };
    if is_gone {
        plan.drop_dependency(&fault.key);
    }
    if is_stated && !is_try {
        plan.manifest_faults.push(ManifestFault {
            message: format!("the stated manifest cannot be met: {}", fault.message),
            place: stated_at,
        });
    } else if is_gone {
        plan.unresolved.push(UnresolvedCrate {
            name: fault.key.replace('-', "_"),
            reason: format!(
                "{}. Correct its entry in verify.toml, or the name in the document",
                fault.message
            ),
            place: None,
        });
    }
}

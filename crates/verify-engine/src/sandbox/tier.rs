//! How strongly this machine contains what is run.

use serde::{Deserialize, Serialize};

/// A strength of containment; greater is stronger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// C: limits only. Neither files nor the network are out of reach.
    Limited,
    /// B: no access to files and network but what is granted; other processes can be seen.
    Confined,
    /// A: in namespaces of its own as well; nothing else can even be seen.
    Isolated,
}

impl Tier {
    /// The letter that people write.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Isolated => "A",
            Self::Confined => "B",
            Self::Limited => "C",
        }
    }

    /// The tier that a letter means.
    #[must_use]
    pub fn parse(letter: &str) -> Option<Self> {
        match letter {
            "A" | "a" => Some(Self::Isolated),
            "B" | "b" => Some(Self::Confined),
            "C" | "c" => Some(Self::Limited),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tier;

    #[test]
    fn letters_name_tiers_and_a_is_the_strongest() {
        for tier in [Tier::Limited, Tier::Confined, Tier::Isolated] {
            assert_eq!(Tier::parse(tier.letter()), Some(tier));
        }
        assert_eq!(Tier::parse("D"), None);
        assert!(Tier::Isolated > Tier::Confined && Tier::Confined > Tier::Limited);
    }
}

//! What the supervisor asks of its shim, and what the shim answers. Both travel over one socket,
//! the shim's standard input: nothing of it is in an environment or on a command line.

use std::ffi::OsString;
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use verify_model::Exit;

use super::policy::Policy;
use super::tier::Tier;

/// Longest order that is taken, in bytes.
const MAX_BYTES: u32 = 16 * 1024 * 1024;

/// What to run, and how.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Order {
    /// How to contain it.
    pub tier: Tier,
    /// The process that gave the order.
    pub supervisor: i32,
    /// Which user to become; `None` where we are an ordinary one ourselves.
    pub user: Option<u32>,
    /// Whether nothing but this run belongs to that user.
    pub has_user_alone: bool,
    /// Landlock's version here.
    pub landlock: i32,
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    pub environment: Vec<(OsString, OsString)>,
    /// Where it starts.
    pub directory: PathBuf,
    /// A folder for temporary files that exists outside; `None` where the shim makes one.
    pub private: Option<PathBuf>,
    pub policy: Policy,
    /// Files that hold secrets although they lie where reading is allowed.
    pub hidden: Vec<PathBuf>,
}

/// What the shim says.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Answer {
    /// The program was started and ended.
    Ended {
        exit: Exit,
        /// Others that it had started were alive then.
        leftovers: bool,
        /// CPU time of all that was waited for by then.
        cpu_ms: u64,
    },
    /// The program was not started.
    Refused {
        /// What was to be done.
        step: String,
        /// What the system said.
        reason: String,
        /// The program itself is missing, or is none.
        is_program: bool,
    },
}

impl Order {
    pub(super) fn send(&self, to: &mut impl Write) -> Result<()> {
        let text = serde_json::to_vec(self)?;
        let length = u32::try_from(text.len()).map_err(|_| Error::from(ErrorKind::FileTooLarge))?;
        to.write_all(&length.to_le_bytes())?;
        to.write_all(&text)
    }

    pub(super) fn receive(from: &mut impl Read) -> Result<Self> {
        let mut length = [0; 4];
        from.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length);
        if length > MAX_BYTES {
            return Err(Error::from(ErrorKind::FileTooLarge));
        }
        let mut text = Vec::new();
        from.take(length.into()).read_to_end(&mut text)?;
        Ok(serde_json::from_slice(&text)?)
    }
}

impl Answer {
    pub(super) fn send(&self, to: &mut impl Write) -> Result<()> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        to.write_all(&line)
    }

    /// The first whole answer in what a shim wrote. A program cannot speak before its shim has
    /// refused it or has seen its end.
    pub(super) fn first_in(text: &[u8]) -> Option<Self> {
        let end = text.iter().position(|&byte| byte == b'\n')?;
        serde_json::from_slice(&text[..end]).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::policy::Resources;
    use super::*;

    #[test]
    fn an_order_arrives_as_it_was_sent() {
        let order = Order {
            tier: Tier::Isolated,
            supervisor: 7,
            user: None,
            has_user_alone: false,
            landlock: 7,
            program: "/bin/true".into(),
            arguments: vec!["a b".into(), "\u{1b}".into()],
            environment: vec![("A".into(), "b=c".into())],
            directory: "/".into(),
            private: None,
            policy: Policy::run(Resources::for_running()).reading("/x"),
            hidden: Vec::new(),
        };
        let mut wire = Vec::new();
        order.send(&mut wire).unwrap();
        assert_eq!(Order::receive(&mut wire.as_slice()).unwrap(), order);
        wire.pop();
        assert!(Order::receive(&mut wire.as_slice()).is_err());
    }

    #[test]
    fn only_a_whole_answer_counts() {
        let answer = Answer::Ended {
            exit: Exit::Code(0),
            leftovers: false,
            cpu_ms: 3,
        };
        let mut wire = Vec::new();
        answer.send(&mut wire).unwrap();
        let later = [wire.clone(), b"{\"Ended\"}\n".to_vec()].concat();
        assert_eq!(Answer::first_in(&later), Some(answer));
        wire.pop();
        assert_eq!(Answer::first_in(&wire), None);
        assert_eq!(Answer::first_in(b""), None);
        assert_eq!(Answer::first_in(b"exit 0\n"), None);
    }
}

//! The output of a conversion against a cluster: what an apply would change.

use crate::applied::Applied;
use crate::compare::Change;
use crate::convert::Conversion;
use crate::differences::change;
use crate::emit;
use crate::input::Input;
use crate::live::apply::{self, Fate, bare};
use crate::live::{Cluster, Failure};
use crate::report::Diagnostic;

/// What an apply would change.
#[derive(Debug, Clone, Default)]
pub struct Compared {
    /// One an object, in the order in which they would be applied.
    pub changes: Vec<Change>,
    /// What the API server refuses.
    pub said: Vec<Diagnostic>,
}

/// Asks the API server what would come of applying the output. Fields of other managers are a conflict, unless they are to
/// be taken over; what would then come of it is shown in both cases.
///
/// # Errors
/// When the API server does not answer.
pub fn against_cluster(
    cluster: &Cluster,
    conversion: &Conversion,
    input: &Input,
    force: bool,
) -> Result<Compared, Failure> {
    let served = cluster.served()?;
    let mut compared = Compared::default();
    for (object, origins) in conversion.objects.iter().zip(&conversion.origins) {
        let object = emit::value(object);
        let applied = Applied { object: &object, origins, input };
        let Some(kind) = apply::find(&served, &object) else {
            compared.said.extend(applied.fate(&Fate::NotServed));
            continue;
        };
        let before = cluster.stored(kind, &object)?;
        let merged = match cluster.merged(kind, &object, force) {
            Err(Failure::Refused(refusal)) if refusal.code == 409 && !force => {
                compared.said.extend(applied.fate(&Fate::Conflict(*refusal)));
                cluster.merged(kind, &object, true)
            }
            other => other,
        };
        match merged {
            Ok(after) => compared.changes.extend(change(before.map(bare), Some(bare(after)))),
            Err(Failure::Refused(refusal)) if refusal.code != 401 => {
                compared.said.extend(applied.fate(&Fate::Refused(*refusal)));
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(compared)
}

//! Our side of `benches/peer`, which needs no peer: what is written for its cases is taken by the API server, and every
//! request that is treated otherwise was told.

use std::collections::BTreeSet;
use std::path::Path;

use gatelift::report::{Code, Severity};
use gatelift::{Channel, Options, as_input, convert, read_files, validate_objects, verify};

#[test]
fn the_cases_of_the_comparison() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peer/cases");
    let mut cases = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path().display().to_string();
        let before = read_files(std::slice::from_ref(&path), false);
        let conversion = convert(&before, &Options { prove: true, ..Options::default() });
        let after = as_input(&conversion.objects);
        assert!(!conversion.objects.is_empty(), "{path}");

        let (report, _) = validate_objects(&after, Channel::Standard);
        let refused: Vec<_> = report.diagnostics.iter().filter(|found| found.severity == Severity::Error).collect();
        assert!(refused.is_empty(), "{path}: {refused:?}");

        let told: BTreeSet<Code> = conversion.report.diagnostics.iter().map(|found| found.code).collect();
        let verified = verify(&before, &after, &Options::default());
        assert!(verified.proved, "{path}");
        for difference in &verified.differences {
            let untold: Vec<_> = difference.codes.iter().filter(|code| !told.contains(code)).collect();
            assert!(untold.is_empty(), "{path}: {untold:?}: {difference:?}");
        }
        cases += 1;
    }
    assert_eq!(cases, 18);
}

//! The seeds of the fuzz targets: each is still taken or refused as its name says, so that the targets still look at what they were written for.

#[path = "../../../fuzz/src/lib.rs"]
mod fuzz;

use fuzz::TARGETS;
use std::path::Path;

#[test]
fn seeds_are_taken_or_refused_as_they_are_called() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds");
    let mut wrong = Vec::new();
    for (name, run) in TARGETS {
        let (mut taken, mut refused) = (0, 0);
        for entry in std::fs::read_dir(folder.join(name)).unwrap() {
            let path = entry.unwrap().path();
            let seed = path.file_name().unwrap().to_str().unwrap();
            let expected = seed.starts_with("taken-");
            assert!(expected || seed.starts_with("refused-"), "{name}/{seed}");
            if run(&std::fs::read(&path).unwrap()) != expected {
                wrong.push(format!("{name}/{seed}"));
            }
            *if expected { &mut taken } else { &mut refused } += 1;
        }
        assert!(taken > 1 && refused > 1, "{name} has {taken} and {refused}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_target_is_a_program_of_its_own() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/Cargo.toml");
    let manifest: toml::Table = std::fs::read_to_string(manifest).unwrap().parse().unwrap();
    let programs = manifest["bin"].as_array().unwrap().iter();
    let programs: Vec<_> = programs.map(|program| program["name"].as_str().unwrap()).collect();
    assert_eq!(programs, TARGETS.map(|(name, _)| name));
}
